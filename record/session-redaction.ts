import type { Entry } from "./entry.ts";
import { RAW_LINE } from "./raw-output.ts";
import { type HiddenReason, type Redaction, redactText, type TextValue, visibleLines } from "./text.ts";

/** A line to be hidden, and where it is in its session. */
export interface SessionRedaction extends Redaction {
  seq: number;
  field: string;
}

/**
 * Redacts a session entry by entry, in order. Hiding a line of output also hides hash and length of that stream: whoever had them
 * could try out what the hidden line is.
 */
export class SessionRedactor {
  readonly #redactions = new Map<string, SessionRedaction[]>();
  readonly #streams = new HiddenStreams();

  constructor(redactions: readonly SessionRedaction[]) {
    for (const one of redactions) {
      const place = `${one.seq}/${one.field}`;
      const there = this.#redactions.get(place);
      if (there === undefined) this.#redactions.set(place, [one]);
      else there.push(one);
    }
  }

  /** The entry's texts as they may leave. @throws RecordError `text/no-such-line`. */
  apply(entry: Entry, text: Readonly<Record<string, TextValue>>): Record<string, TextValue> {
    const out: Record<string, TextValue> = {};
    for (const [field, value] of Object.entries(text)) {
      const own = this.#redactions.get(`${entry.seq}/${field}`) ?? [];
      const raw = entry.kind === "finished" && field === "raw" ? this.#streams.of(entry.command) : [];
      const implied = raw.filter(({ line }) => !own.some((one) => one.line === line));
      out[field] = redactText(value, [...own, ...implied]);
    }
    this.#streams.add(entry, out);
    return out;
  }
}

/** Checks, entry by entry, that no hash and length is shown of an output that has hidden lines, be they before it or after. */
export class RawGuard {
  readonly #streams = new HiddenStreams();
  /** Whether each line of a command's `raw` is hidden. */
  readonly #raw = new Map<number, boolean[]>();

  holds(entry: Entry, text: Readonly<Record<string, TextValue>>): boolean {
    if (entry.kind !== "finished" && entry.kind !== "output") return true;
    this.#streams.add(entry, text);
    if (entry.kind === "finished" && text.raw !== undefined)
      this.#raw.set(entry.command, "seed" in text.raw ? [] : visibleLines(text.raw).map((line) => line.hidden !== undefined));
    const raw = this.#raw.get(entry.command);
    return raw === undefined || this.#streams.of(entry.command).every(({ line }) => raw[line] === true);
  }

  /** Drops what is known of a command, for those who know that nothing of it follows. */
  forget(command: number): void {
    this.#raw.delete(command);
    this.#streams.delete(command);
  }
}

/** Streams of commands that have a hidden line. */
class HiddenStreams {
  readonly #reasons = new Map<number, Partial<Record<"stdout" | "stderr", HiddenReason>>>();

  add(entry: Entry, text: Readonly<Record<string, TextValue>>): void {
    if (entry.kind !== "output" || text.output === undefined || "seed" in text.output) return;
    const reason = visibleLines(text.output).find((line) => line.hidden !== undefined)?.hidden;
    if (reason === undefined) return;
    const of = this.#reasons.get(entry.command) ?? {};
    of[entry.stream] ??= reason;
    this.#reasons.set(entry.command, of);
  }

  delete(command: number): void {
    this.#reasons.delete(command);
  }

  /** Which lines of the command's `raw` must be hidden, and why. */
  of(command: number): { line: number; reason: HiddenReason }[] {
    const reasons = this.#reasons.get(command) ?? {};
    return (["stdout", "stderr"] as const).flatMap((stream) => {
      const reason = reasons[stream];
      return reason === undefined ? [] : [{ line: RAW_LINE[stream], reason }];
    });
  }
}
