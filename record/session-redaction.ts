import type { Entry } from "./entry.ts";
import { type HiddenReason, type Redaction, redactText, type TextValue } from "./text.ts";

/** A line to be hidden, and where it is in its session. */
export interface SessionRedaction extends Redaction {
  seq: number;
  field: string;
}

/** Which line of a `finished` entry's `hashes` belongs to which stream. */
export const HASH_LINE = { stdout: 0, stderr: 1 } as const;

/**
 * Redacts a session entry by entry, in order. Hiding a line of output also hides the hash of that stream: whoever had it could
 * try out what the hidden line is.
 */
export class SessionRedactor {
  readonly #redactions = new Map<string, SessionRedaction[]>();
  /** Streams with a hidden line, `command seq/stream`, and why. */
  readonly #streams = new Map<string, HiddenReason>();

  constructor(redactions: readonly SessionRedaction[]) {
    for (const one of redactions) {
      const place = `${one.seq}/${one.field}`;
      this.#redactions.set(place, [...(this.#redactions.get(place) ?? []), one]);
    }
  }

  /** The entry's texts as they may leave. @throws RecordError `text/no-such-line`. */
  apply(entry: Entry, text: Readonly<Record<string, TextValue>>): Record<string, TextValue> {
    const out: Record<string, TextValue> = {};
    for (const [field, value] of Object.entries(text)) {
      const redactions: Redaction[] = [...(this.#redactions.get(`${entry.seq}/${field}`) ?? [])];
      if (entry.kind === "finished" && field === "hashes") redactions.push(...this.#hashes(entry.command));
      out[field] = redactText(value, redactions);
    }
    if (entry.kind === "output") {
      const hidden = hiddenReason(out.output);
      const stream = `${entry.command}/${entry.stream}`;
      if (hidden !== undefined && !this.#streams.has(stream)) this.#streams.set(stream, hidden);
    }
    return out;
  }

  #hashes(command: number): Redaction[] {
    return (["stdout", "stderr"] as const).flatMap((stream) => {
      const reason = this.#streams.get(`${command}/${stream}`);
      return reason === undefined ? [] : [{ line: HASH_LINE[stream], reason }];
    });
  }
}

function hiddenReason(text: TextValue | undefined): HiddenReason | undefined {
  if (text === undefined || !("items" in text)) return undefined;
  for (const item of text.items) if ("digest" in item) return item.reason;
  return undefined;
}
