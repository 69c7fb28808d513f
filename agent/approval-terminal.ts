import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Approver, Desk, PersonActs, SessionInfo, Shown } from "./approval.ts";
import { DeskState } from "./desk-state.ts";

const HELP = "Type a to allow, d to refuse (a word may follow), stop to stop the session, or a message for the technician.";

/** The person answers in the terminal in which the agent runs. Sessions take turns: what is typed is for the one that spoke last. */
export class TerminalApprover implements Approver {
  readonly #output: Writable;
  readonly #lines: Interface;
  readonly #person: string;
  #current: { desk: DeskState; info: SessionInfo } | undefined;

  constructor(input: Readable, output: Writable, person: string) {
    this.#output = output;
    this.#person = person;
    this.#lines = createInterface({ input });
    this.#lines.on("line", (line) => this.#typed(line.trim()));
  }

  close(): void {
    this.#lines.close();
  }

  open(info: SessionInfo, acts: PersonActs): Desk {
    const desk = new DeskState(info, acts, () => {});
    this.#tell(`Session: ${info.subject}`, HELP);
    this.#current = { desk, info };
    return {
      ask: (question, signal) => {
        const answer = desk.ask(question, signal);
        this.#current = { desk, info };
        const { technician, command, reason, expires, changesShell } = question;
        this.#tell(
          "",
          `${technician} asks to run this on this computer:`,
          ...command.split("\n").map((line) => `    ${line}`),
          reason === "" ? "No reason was given." : `Why: ${reason}`,
          ...(changesShell ? ["After this command, every other one of this session needs your answer too."] : []),
          ...(expires === undefined ? [] : [`If nobody answers by ${expires.toLocaleTimeString()}, it does not run.`]),
          "Allow it? a = allow, d = refuse, stop = stop the session",
        );
        return answer;
      },
      show: (event) => {
        desk.show(event);
        this.#tell(described(event));
      },
      close: () => {
        desk.close();
        if (this.#current?.desk === desk) this.#current = undefined;
        this.#tell(`The session is over: ${info.subject}`);
      },
    };
  }

  #typed(line: string): void {
    const current = this.#current;
    if (current === undefined || line === "") return;
    const { desk } = current;
    const [first = "", ...rest] = line.split(/\s+/);
    const word = rest.join(" ") || undefined;
    const asked = desk.question;
    if (first.toLowerCase() === "stop" && word === undefined) {
      desk.stop(this.#person, undefined);
      this.#tell("You stopped the session. No further command runs.");
    } else if (asked !== undefined && /^(a|allow|d|refuse)$/i.test(first)) {
      const answer = /^a/i.test(first) ? "approved" : "denied";
      desk.answer(asked.id, { answer, by: this.#person, word });
    } else desk.say(line, this.#person);
  }

  #tell(...lines: string[]): void {
    for (const line of lines) this.#output.write(`${visible(line)}\n`);
  }
}

function described(event: Shown): string {
  switch (event.kind) {
    case "chat":
      return `${event.by}: ${event.message}`;
    case "command":
      return `${event.by} ran${event.consent === "read-only" ? ", only reading" : ""}: ${event.command}`;
    case "finished":
      return `  ${event.end === "exited" ? `ended with status ${event.exit}` : event.end}`;
  }
}

/** What others wrote must not steer the terminal, nor hide in it. */
function visible(text: string): string {
  return text.replace(/(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, (character) => {
    return `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}
