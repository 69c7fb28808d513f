import { utf8 } from "../../../record/bytes.ts";
import { type Entry, parseEntry } from "../../../record/entry.ts";
import { visibleLines } from "../../../record/text.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { Scanner } from "../../scan/scanner.ts";
import { scanText } from "../../scan/text.ts";
import type { ScanSettings } from "../../scan-schema.ts";
import { sessionObject, type VerifiedOrganization } from "../name.ts";
import { ERASED } from "../session/erase.ts";
import type { SessionFinding } from "./findings.ts";
import { reviewedEntries } from "./source.ts";

/** Texts that people wrote, in which a password stands among words. */
const PROSE: ReadonlySet<string> = new Set(["message", "note", "summary", "todo", "word", "reason", "subject"]);
/** Texts that hold nothing anybody said or saw. */
const SKIPPED: ReadonlySet<string> = new Set(["raw", "hashes"]);

/** How many findings are handed on at once. */
const BATCH = 500;

/** What the scanner finds in one session, in order and some at a time, read page by page. Lines that were erased hold nothing. */
export async function* scanSession(
  env: Bindings,
  organization: VerifiedOrganization,
  session: string,
  settings: ScanSettings & { terms: readonly string[] },
): AsyncGenerator<SessionFinding[]> {
  const names = await namesIn(env, organization, session);
  const scanner = new Scanner({ names, ...settings });
  let found: SessionFinding[] = [];
  let before: Entry["kind"] | undefined;
  for await (const { line, text } of reviewedEntries(env, organization, session, [])) {
    const entry = parseEntry(utf8(line));
    for (const [field, value] of Object.entries(text)) {
      if (SKIPPED.has(field)) continue;
      // Output goes on where the output before ended.
      if (entry.kind !== "output" || before !== "output") scanner.begin(PROSE.has(field));
      const lines = visibleLines(value).map((one) => (one.hidden === undefined ? one.text : ""));
      for (const one of await scanText(scanner, lines)) {
        const part = (lines[one.line] ?? "").slice(one.start, one.end);
        const same = one.person === undefined ? part.toLowerCase() : `person ${names[one.person]?.toLowerCase()}`;
        found.push({ ...one, seq: entry.seq, field, text: same });
      }
    }
    before = entry.kind;
    if (found.length >= BATCH) {
      yield found;
      found = [];
    }
  }
  if (found.length > 0) yield found;
}

/** Names of those who took part, as they stand in its record. */
async function namesIn(env: Bindings, organization: VerifiedOrganization, session: string): Promise<string[]> {
  const { participants } = await accepted(sessionObject(env, organization, session).get());
  const people = participants.filter(({ role, name }) => role !== "agent" && name !== ERASED);
  return [...new Set(people.map(({ name }) => name))];
}
