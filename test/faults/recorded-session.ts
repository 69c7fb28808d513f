import { createHash } from "node:crypto";
import { expect } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { type Entry, type EntryKind, type EntryOf, parseEntry } from "../../record/entry.ts";
import { checkText, type TextCommitment, visibleLines } from "../../record/text.ts";
import type { Api } from "../../worker/local/api.ts";

interface Read<E extends Entry = Entry> {
  entry: E;
  text: Record<string, string>;
}

/** A session as the server has it. */
export class RecordedSession {
  readonly all: Read[] = [];

  static async read(api: Api, session: string): Promise<RecordedSession> {
    const out = new RecordedSession();
    for await (const { line, text } of api.entries(`sessions/${session}/entries`)) {
      const entry = parseEntry(utf8(line));
      const commitments = entry.text as Record<string, TextCommitment>;
      for (const [field, value] of Object.entries(text)) checkText(value, commitments[field] as TextCommitment);
      const plain = Object.entries(text).map(([field, value]) => [
        field,
        visibleLines(value)
          .map((one) => one.text)
          .join("\n"),
      ]);
      out.all.push({ entry, text: Object.fromEntries(plain) });
    }
    return out;
  }

  of<K extends EntryKind>(kind: K): Read<EntryOf<K>>[] {
    return this.all.filter((one): one is Read<EntryOf<K>> => one.entry.kind === kind);
  }

  output(command: number): string {
    return this.of("output")
      .filter(({ entry }) => entry.command === command && entry.stream === "stdout")
      .map(({ entry, text }) => `${text.output}${entry.newline ? "\n" : ""}`)
      .join("");
  }

  /**
   * What holds after any fault: numbers without a hole, the agent's times per entry in order, every command once, its output from the start
   * without a hole, and a word of the recorder wherever it lost sight.
   * @param outputOf what a command writes.
   */
  check(outputOf: (command: string) => string): void {
    expect(this.all.map(({ entry }) => entry.seq)).toEqual(this.all.map((_, i) => i));
    const at = this.all.map(({ entry }) => entry.at);
    expect(at).toEqual([...at].sort());
    const commands = this.of("command").map(({ text }) => text.command);
    expect(new Set(commands).size).toBe(commands.length);
    for (const { entry, text } of this.of("command")) {
      const finished = this.of("finished").filter((one) => one.entry.command === entry.seq);
      expect(finished).toHaveLength(1);
      const [{ entry: end, text: ending } = { entry: undefined, text: {} as Record<string, string> }] = finished;
      const whole = outputOf(text.command ?? "");
      const seen = this.output(entry.seq);
      if (end?.end === "lost") {
        expect(whole.startsWith(seen)).toBe(true);
        expect(this.of("gap").some((gap) => gap.entry.cause === "agent-restarted" && gap.entry.seq > entry.seq)).toBe(true);
      } else {
        expect(end?.end).toBe("exited");
        expect(seen).toBe(whole);
        expect(ending.raw?.split("\n")[0]).toBe(`${createHash("sha256").update(whole).digest("hex")} ${whole.length}`);
      }
    }
  }
}
