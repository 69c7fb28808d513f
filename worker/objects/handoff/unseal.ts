import { utf8 } from "../../../record/bytes.ts";
import { DISCLOSURE_FORMAT, type Disclosure } from "../../../record/disclosure.ts";
import { parseEntry } from "../../../record/entry.ts";
import type { SessionRedaction } from "../../../record/session-redaction.ts";
import { visibleLines } from "../../../record/text.ts";
import { accepted } from "../../answer.ts";
import { now } from "../../clock.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import { sessionObject, type VerifiedOrganization } from "../name.ts";
import type { Place } from "../session.ts";
import { reviewedEntries } from "./source.ts";

/**
 * Salt and line of a line that a handoff hides, out of the session's own store. Whoever holds the package can check them against its digest.
 * @param redactions of that session, as the package was made with them.
 * @throws WorkerError `session/no-such-line`, `session/erased`, `handoff/not-hidden`.
 */
export async function unsealLine(
  env: Bindings,
  organization: VerifiedOrganization,
  handoff: string,
  { session, seq, field, line }: Place & { session: string },
  redactions: readonly SessionRedaction[],
): Promise<Disclosure> {
  const revealed = await accepted(sessionObject(env, organization, session).reveal({ seq, field, line }));
  if (!(await isHidden(env, organization, session, { seq, field, line }, redactions))) {
    throw new WorkerError("handoff/not-hidden", "This handoff does not hide that line: it can be read in the package.");
  }
  return { format: DISCLOSURE_FORMAT, handoff, session, seq, field, line, revealed, made: now() };
}

async function isHidden(
  env: Bindings,
  organization: VerifiedOrganization,
  session: string,
  { seq, field, line }: Place,
  redactions: readonly SessionRedaction[],
): Promise<boolean> {
  const start = firstThatBears(seq, redactions);
  for await (const recorded of reviewedEntries(env, organization, session, redactions, start)) {
    const found = parseEntry(utf8(recorded.line)).seq;
    if (found > seq) return false;
    const text = found === seq ? recorded.text[field] : undefined;
    if (text !== undefined) return visibleLines(text)[line]?.hidden !== undefined;
  }
  return false;
}

/** Where to begin so that entry `seq` is redacted as a whole: a hash is hidden for the sake of an output before it. */
export function firstThatBears(seq: number, redactions: readonly SessionRedaction[]): number {
  return redactions.reduce((first, one) => (one.field === "output" ? Math.min(first, one.seq) : first), seq);
}
