import { FINDING_KINDS, type Question } from "../../../record/finding.ts";
import { byteSize, counted, dayRange, moment, second } from "../../html/format.ts";
import { HIDDEN, VERDICT } from "../../words.ts";
import { QUESTIONS } from "./answers.ts";
import { fillTable, inSlices, make } from "./nodes.ts";
import type { FindingView, ReportView } from "./report-view.ts";

/** What was verified, and when. */
export interface Subject {
  name: string;
  /** Bytes. */
  size: number;
  /** By the clock of this computer. */
  at: string;
}

/** Shows a report; its long lists fill while it can be read already. Whatever a package says enters the page as text only. */
export async function showReport(place: HTMLElement, view: ReportView, subject: Subject): Promise<void> {
  const failed = view.verdict === "failed";
  const verdict = make(
    "p",
    `verdict ${view.verdict}`,
    failed ? "Failed: something that was checked does not hold." : "Verified: nothing that was checked fails.",
  );
  verdict.tabIndex = -1;
  const sessions = section("Sessions", sessionsLine(view));
  const hidden = section("Hidden lines", hiddenLine(view));
  const findings = section("What was found");
  const { list, places } = findingList(view);
  findings.append(list);
  place.replaceChildren(verdict, ...about(view, subject), questions(view), sessions, hidden, findings, printing());
  place.hidden = false;
  verdict.focus();

  const titles = new Map(view.sessions.first.map(({ session, title }) => [session as string, title]));
  for (const fill of places) await fill(titles);
  if (view.sessions.all > 0)
    await fillTable(
      sessions,
      "Sessions",
      ["Session", "Opened", "Entries", "Recomputed to the signed checkpoint", "Signed by the client's machine", "Hidden lines"],
      view.sessions,
      (one) => [
        titleAndId(one.title, one.session),
        moment(one.opened) + (one.mode === "imported" ? ", imported" : ""),
        String(one.entries),
        one.holds ? make("b", "ok", "yes") : make("b", "failed", "no"),
        one.witnessed === undefined ? "not proven" : second(one.witnessed),
        String(one.redactedLines),
      ],
    );
  if (view.hidden.all > 0)
    await fillTable(
      hidden,
      "Hidden lines",
      ["Session", "Entry", "Text", "Line", "Reason", "Digest by which it can be proven"],
      view.hidden,
      (one) => [
        titles.get(one.session) ?? one.session,
        String(one.seq),
        one.field,
        String(one.line + 1),
        HIDDEN[one.reason],
        make("code", "hash", one.digest),
      ],
    );
}

function section(title: string, line = ""): HTMLElement {
  const made = make("section");
  made.append(make("h3", "", title));
  if (line !== "") made.append(make("p", "", line));
  return made;
}

/** A session's title, and its id to find it by. */
function titleAndId(title: string, id: string): DocumentFragment {
  const both = document.createDocumentFragment();
  both.append(make("span", "", title), document.createElement("br"), make("code", "aside", id));
  return both;
}

function sessionsLine({ sessions, omitted, about }: ReportView): string {
  if (about === undefined) return "The description of the package can't be read, so nothing can be said of its sessions.";
  const left = omitted === 0 ? "none is stated as left out" : `${counted(omitted, "session")} stated as left out`;
  return `${counted(sessions.all, "session")} in the package, ${left}.`;
}

function hiddenLine({ hidden }: ReportView): string {
  if (hidden.all === 0) return "None.";
  return `${counted(hidden.all, "line")}. Each keeps the place that it was recorded in; what stood there can be revealed later and proven by its digest.`;
}

function about({ about, signer, stamps }: ReportView, subject: Subject): Node[] {
  const list = make("dl", "facts about");
  const fact = (name: string, value: string | Node) => {
    const text = make("dd");
    text.append(typeof value === "string" ? make("span", "", value) : value);
    list.append(make("dt", "", name), text);
  };
  fact("Verified", `${subject.name}, ${byteSize(subject.size)}, on ${second(subject.at)} by the clock of this computer`);
  if (about !== undefined) {
    fact("Client", about.client);
    fact("From, to", `${about.from}, to ${about.to}`);
    fact("Period", dayRange(about.period.from, about.period.to));
    fact("Package", `${about.handoff}, made on ${moment(about.created)}`);
  }
  if (signer !== undefined) fact("Signed with the key", make("code", "hash key", signer));
  for (const { over, time, authority } of stamps)
    fact(
      over === "package" ? "Time stamp of the package" : "Time stamp of the list of sessions",
      `${second(time)}, by ${authority}`,
    );
  return [list];
}

function questions({ verdicts }: ReportView): HTMLElement {
  const list = make("dl", "questions");
  for (const question of Object.keys(QUESTIONS) as Question[]) {
    const verdict = verdicts[question];
    const group = make("div", verdict);
    group.append(make("dt", "", `${QUESTIONS[question].name}: ${VERDICT[verdict]}`), make("dd", "", QUESTIONS[question][verdict]));
    list.append(group);
  }
  return list;
}

/** Names sessions in a list of places. */
type Titles = ReadonlyMap<string, string>;

/** One item a code: what it means, and where it was found. What failed stands first, as in the report. `places` are filled in later. */
function findingList(view: ReportView): { list: HTMLElement; places: ((titles: Titles) => Promise<void>)[] } {
  const filling: ((titles: Titles) => Promise<void>)[] = [];
  const list = make("ul", "findings");
  for (const one of view.findings) {
    const { status, means } = FINDING_KINDS[one.code];
    const item = make("li", status);
    const line = make("p");
    const word = status === "failed" ? "Fails" : status === "note" ? "Note" : "Holds";
    line.append(make("b", "", word), means, " ", make("code", "aside", one.code));
    const places = make("details");
    places.open = status === "failed";
    const placeList = make("ul");
    places.append(make("summary", "", counted(one.places.all, "place")), placeList);
    filling.push((titles) => fillPlaces(placeList, one, titles));
    item.append(line, places);
    list.append(item);
  }
  return { list, places: filling };
}

async function fillPlaces(list: HTMLElement, { places }: FindingView, titles: Titles): Promise<void> {
  await inSlices(places.first, ({ subject, detail }) => {
    const item = make("li");
    item.append(make("b", "", titles.get(subject) ?? subject), make("span", "", detail));
    list.append(item);
  });
  const more = places.all - places.first.length;
  if (more > 0) list.append(make("li", "", `and ${counted(more, "more place")}`));
}

function printing(): HTMLElement {
  const line = make("p", "choose noprint");
  const button = make("button", "button plain", "Print this report");
  button.type = "button";
  button.addEventListener("click", () => window.print());
  line.append(button);
  return line;
}
