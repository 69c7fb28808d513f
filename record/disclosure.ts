import * as z from "zod";
import { canonicalBytes, parseCanonical } from "./canonical.ts";
import { handoffId, instant, issues, sessionId } from "./entry.ts";
import { RecordError } from "./error.ts";
import { type Finding, failure, finding } from "./finding.ts";
import type { HiddenLine } from "./recompute-session.ts";
import { checkRevealed, shownItem } from "./text.ts";

/** Names format and version of a disclosure; other values are refused. */
export const DISCLOSURE_FORMAT = "caisey-disclosure/1";

/** What reveals one hidden line of a package that others already hold. It needs no signature: the digest in the package proves it. */
export const disclosure = z.strictObject({
  format: z.literal(DISCLOSURE_FORMAT),
  handoff: handoffId,
  session: sessionId,
  seq: z.int().min(0),
  field: z.string(),
  /** From 0. */
  line: z.int().min(0),
  revealed: shownItem,
  /** When it was made, by the Worker's clock. */
  made: instant,
});
export type Disclosure = z.infer<typeof disclosure>;

/** One canonical line and a newline. */
export function encodeDisclosure(value: Disclosure): Uint8Array {
  const line = canonicalBytes(value);
  const out = new Uint8Array(line.length + 1);
  out.set(line);
  out[line.length] = 0x0a;
  return out;
}

/** @throws RecordError `disclosure/malformed`; else as {@link parseCanonical}. */
export function parseDisclosure(bytes: Uint8Array): Disclosure {
  if (bytes.at(-1) !== 0x0a) throw new RecordError("disclosure/malformed", "expected one line that ends with a newline");
  const parsed = disclosure.safeParse(parseCanonical(bytes.subarray(0, -1)));
  if (!parsed.success) throw new RecordError("disclosure/malformed", `expected ${DISCLOSURE_FORMAT}: ${issues(parsed.error)}`);
  return parsed.data;
}

/** Checks a disclosure against the hidden lines of a package that was verified. Never throws. */
export function checkDisclosure(value: Disclosure, handoff: string, hidden: readonly HiddenLine[]): Finding {
  if (value.handoff !== handoff)
    return finding("disclosure/other-package", value.session, "expected a disclosure for this package");
  return checkDisclosurePlace(value, hidden);
}

/** As {@link checkDisclosure}, where it is not known for which package the records were made. */
export function checkDisclosurePlace(value: Disclosure, hidden: readonly HiddenLine[]): Finding {
  const { session, seq, field, line } = value;
  const where = `${session} entry ${seq}, ${field}, line ${line}`;
  const place = hidden.find((one) => one.session === session && one.seq === seq && one.field === field && one.line === line);
  if (place === undefined) return finding("disclosure/no-such-line", session, `${where}: expected a line that this package hides`);
  try {
    checkRevealed(value.revealed, place.digest);
  } catch (error) {
    return failure("disclosure/not-the-line", session, error);
  }
  return finding("disclosure/proven", session, `${where} has digest ${place.digest}`);
}
