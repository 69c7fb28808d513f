import { FINDING_KINDS, type Finding, type FindingCode, type Question } from "../../../record/finding.ts";
import type { Report, Verdict } from "../../../record/verify.ts";
import { sshFingerprint } from "../../fingerprint.ts";
import { counted, day, moment } from "../../html/format.ts";
import { visibleText } from "../../html/visible.ts";
import { VERDICT } from "../../words.ts";

/** The four questions, and what each answer says to someone who has never heard of hashes. */
const QUESTIONS: Record<Question, { name: string } & Record<Verdict, string>> = {
  intact: {
    name: "Intact",
    holds: "Every file is as it was signed, and every recorded line is as the signed checkpoints cover it.",
    unknown: "Nothing could be checked.",
    failed: "Something was changed, added, removed or damaged since it was signed.",
  },
  origin: {
    name: "Origin",
    holds: "Signed with a key that you said you trust.",
    unknown:
      "The signature holds. Whose key it is can't be shown from here: compare the fingerprint with one from a source you trust.",
    failed: "It was not signed by whom it should have been.",
  },
  time: {
    name: "Time",
    holds: "The key recorded for the client's machine signed each session at its end.",
    unknown: "Nothing contradicts the times. Not every one of them is proven.",
    failed: "A proof of time does not hold.",
  },
  complete: {
    name: "Complete",
    holds: "Every session in the organisation's signed list is either here or stated as left out.",
    unknown: "Whether something is missing could not be checked.",
    failed: "Something is missing that should be here or be listed as left out.",
  },
};

/** More subjects of one kind of finding than this are counted, not listed. */
const LISTED = 200;

/** The report as nodes. Whatever a package says enters the page as text only. */
export function reportNodes(report: Report): Node[] {
  const failed = report.verdict === "failed";
  const verdict = make(
    "p",
    `verdict ${report.verdict}`,
    failed ? "Failed: something that was checked does not hold." : "Verified: nothing that was checked fails.",
  );
  verdict.tabIndex = -1;
  return [verdict, ...about(report), questions(report), make("h3", "", "What was found"), findings(report)];
}

function about({ handoff, signer, times }: Report): Node[] {
  const nodes: Node[] = [];
  if (handoff !== undefined) {
    const names = `${handoff.client.name}: from ${handoff.from.organization} to ${handoff.to.name}, made ${moment(handoff.created)}`;
    nodes.push(make("p", "", names));
  }
  if (signer !== undefined) {
    const line = make("p", "", "Signed with the key ");
    line.append(make("code", "hash key", sshFingerprint(signer)));
    nodes.push(line);
  }
  if (times.package !== undefined) {
    nodes.push(make("p", "", `Time stamp of the package: ${moment(times.package.time)}, by ${times.package.authority}`));
  }
  return nodes;
}

function questions({ verdicts }: Report): HTMLElement {
  const list = make("dl", "questions");
  for (const question of Object.keys(QUESTIONS) as Question[]) {
    const verdict = verdicts[question];
    const group = make("div", verdict);
    group.append(make("dt", "", `${QUESTIONS[question].name}: ${VERDICT[verdict]}`), make("dd", "", QUESTIONS[question][verdict]));
    list.append(group);
  }
  return list;
}

/** One item a code: what it means, and where it was found. What failed stands first, as in the report. */
function findings(report: Report): HTMLElement {
  const byCode = new Map<FindingCode, Finding[]>();
  for (const one of report.findings) {
    const same = byCode.get(one.code);
    if (same === undefined) byCode.set(one.code, [one]);
    else same.push(one);
  }
  const list = make("ul", "findings");
  for (const [code, all] of byCode) {
    const { status, means } = FINDING_KINDS[code];
    const item = make("li", status);
    const line = make("p");
    const word = status === "failed" ? "Fails" : status === "note" ? "Note" : "Holds";
    line.append(make("b", "", word), means, " ", make("code", "aside", code));
    const places = make("details");
    places.open = status === "failed";
    places.append(make("summary", "", counted(all.length, "place")), placeList(all, report));
    item.append(line, places);
    list.append(item);
  }
  return list;
}

function placeList(all: readonly Finding[], { handoff }: Report): HTMLElement {
  const titles = new Map(
    handoff?.sessions.map((session) => [session.session as string, `${session.title} (${day(session.opened)})`]),
  );
  const list = make("ul");
  for (const { subject, detail } of all.slice(0, LISTED)) {
    const item = make("li");
    item.append(make("b", "", titles.get(subject) ?? subject), detail);
    list.append(item);
  }
  if (all.length > LISTED) list.append(make("li", "", `and ${counted(all.length - LISTED, "more place")}`));
  return list;
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, name = "", text = ""): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag);
  if (name !== "") node.className = name;
  if (text !== "") node.textContent = visibleText(text);
  return node;
}
