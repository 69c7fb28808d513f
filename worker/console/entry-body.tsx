import type { Entry, EntryOf } from "../../record/entry.ts";
import type { TextValue } from "../../record/text.ts";
import { Lines } from "./lines.tsx";
import { plainText } from "./text-view.ts";
import { ANSWER, CONTEXT, counted, GAP, OUTCOME, ROLE, span } from "./words.ts";

export interface Body<E extends Entry = Entry> {
  entry: E;
  text: Record<string, TextValue>;
  /** Display name of a participant. */
  name: (participant: string | undefined) => string;
  /** Whether each line can be picked, to be hidden. */
  pick: boolean;
}

/** What an entry says, kind by kind. */
export function EntryBody(body: Body) {
  const { entry } = body;
  switch (entry.kind) {
    case "opened":
      return <Opened {...body} entry={entry} />;
    case "joined":
      return (
        <p>
          <Line {...body} field="name" /> joined as {ROLE[entry.role]}
        </p>
      );
    case "context":
      return <Context {...body} entry={entry} />;
    case "approval.asked":
      return (
        <>
          <p>
            {body.name(entry.by)} asks the person at the machine: <Line {...body} field="reason" />
          </p>
          <Block {...body} field="command" style="command" />
        </>
      );
    case "approval.answered":
      return (
        <p class={entry.answer === "approved" || entry.answer === "standing" ? "good" : "bad"}>
          <b>{ANSWER[entry.answer]}</b>
          {entry.by === undefined ? "" : ` by ${body.name(entry.by)}`}
          {body.text.word === undefined ? null : (
            <>
              : <Line {...body} field="word" />
            </>
          )}
        </p>
      );
    case "command":
      return <Block {...body} field="command" style="command" />;
    case "output":
      return <Block {...body} field="output" style={entry.stream === "stderr" ? "stderr" : "output"} />;
    case "finished":
      return <Finished {...body} entry={entry} />;
    case "chat":
      return (
        <div class="says">
          <b>{body.name(entry.by)}</b>
          <Block {...body} field="message" style="message" />
        </div>
      );
    case "note":
      return (
        <div class="says">
          <b>
            Note by {body.name(entry.by)}
            {entry.about === undefined ? "" : ` on #${entry.about}`}
          </b>
          <Block {...body} field="note" style="message" />
        </div>
      );
    case "gap":
      return (
        <p class="bad">
          Nothing was recorded for {span(Date.parse(entry.to) - Date.parse(entry.from))}: {GAP[entry.cause]}{" "}
          <Line {...body} field="detail" />
        </p>
      );
    case "closed":
      return (
        <>
          <p>
            Closed{entry.by === undefined ? "" : ` by ${body.name(entry.by)}`}: <b>{OUTCOME[entry.outcome]}</b>
          </p>
          <Block {...body} field="summary" style="message" />
          {body.text.todo === undefined ? null : <p class="soft">Still to do</p>}
          <Block {...body} field="todo" style="message" />
        </>
      );
  }
}

function Opened(body: Body<EntryOf<"opened">>) {
  return (
    <>
      <p>
        Session opened: <Line {...body} field="subject" />
      </p>
      <p class="soft">
        <Line {...body} field="organization" /> for <Line {...body} field="client" />, on <Line {...body} field="endpoint" />
        {body.entry.mode === "imported" ? "; imported, times are as claimed by the source" : ""}
      </p>
      <Block {...body} field="source" style="message" />
    </>
  );
}

function Context(body: Body<EntryOf<"context">>) {
  const { part, status, columns } = body.entry;
  const lines = body.text.value === undefined ? 0 : plainText(body.text.value).split("\n").length;
  return (
    <details>
      <summary>
        {CONTEXT[part]}
        {status === "failed" ? " could not be read" : <span class="soft"> {counted(lines, "row")}</span>}
      </summary>
      {columns.length === 0 ? null : <p class="soft columns">{columns.join(" · ")}</p>}
      <Block {...body} field="value" style="output" />
    </details>
  );
}

function Finished({ entry }: Body<EntryOf<"finished">>) {
  const cut = entry.cut.stdout + entry.cut.stderr;
  const end = { exited: "", cancelled: "cancelled, ", "time-limit": "stopped at the time limit, ", lost: "lost sight of, " }[
    entry.end
  ];
  return (
    <p class={entry.exit === 0 ? "soft" : "bad"}>
      {end}
      {entry.exit === null ? "no exit status" : `exit ${entry.exit}`}, {span(entry.duration)}
      {cut === 0 ? "" : `, ${cut.toLocaleString("en-US")} bytes of output not recorded`}
    </p>
  );
}

/** A text of its own, line by line. */
function Block({ entry, text, field, style, pick }: Body & { field: string; style: string }) {
  const value = text[field];
  return value === undefined ? null : <Lines value={value} seq={entry.seq} field={field} style={style} pick={pick} />;
}

/** A short text within a sentence. */
function Line({ entry, text, field, pick }: Body & { field: string }) {
  const value = text[field];
  if (value === undefined) return null;
  return pick ? <Lines value={value} seq={entry.seq} field={field} style="inline" pick /> : <bdi>{plainText(value)}</bdi>;
}
