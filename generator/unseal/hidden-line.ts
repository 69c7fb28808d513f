import { parseHandoff } from "../../record/handoff.ts";
import { linesOf } from "../../record/lines.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { HANDOFF, sessionPath } from "../../record/path.ts";
import type { HiddenLine } from "../../record/recompute-session.ts";
import { parseSessionText } from "../../record/session-text.ts";
import { GeneratorError } from "../error.ts";

/** Which line is asked for. */
export interface Asked {
  session: string;
  seq: number;
  /** Undefined: the one text of the entry that hides this line. */
  field: string | undefined;
  /** From 0. */
  line: number;
}

/**
 * The hidden line in the package, and whose handoff that is.
 * @throws GeneratorError `unseal/not-hidden` when the package does not hide such a line; RecordError when its records can't be read.
 */
export async function findHiddenLine(reader: PackageReader, asked: Asked): Promise<{ handoff: string; place: HiddenLine }> {
  const { handoff, sessions } = parseHandoff(await whole(reader, HANDOFF));
  const { session, seq, line } = asked;
  if (!sessions.some((one) => one.session === session)) throw notHidden("There is no such session in this package.");
  const found: HiddenLine[] = [];
  const texts = linesOf(reader.open(sessionPath(session, "text.jsonl")));
  let known = false;
  for await (const bytes of texts) {
    const { seq: at, field, text } = parseSessionText(bytes);
    if (at > seq) break;
    if (at < seq || (asked.field !== undefined && asked.field !== field)) continue;
    known = true;
    const item = "items" in text ? text.items[line] : undefined;
    if (item !== undefined && "digest" in item) found.push({ session, seq, field, line, reason: item.reason, digest: item.digest });
  }
  const [place, ...more] = found;
  if (place === undefined) {
    const what = known ? `line ${line + 1} of entry ${seq}, or has no such line` : "such a text";
    throw notHidden(`This package does not hide ${what}.`);
  }
  if (more.length > 0) {
    const fields = found.map(({ field }) => field).join(", ");
    throw notHidden(`Line ${line + 1} is hidden in several texts of entry ${seq}: say which one with --field (${fields}).`);
  }
  if (place.reason === "erased") throw notHidden("This line was erased. Nobody has it any more.");
  return { handoff, place };
}

async function whole(reader: PackageReader, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.open(path)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function notHidden(message: string): GeneratorError {
  return new GeneratorError("unseal/not-hidden", message);
}
