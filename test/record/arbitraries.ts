import fc from "fast-check";
import { toBase64 } from "../../record/bytes.ts";
import { type Entry, SESSION_FORMAT } from "../../record/entry.ts";
import { commitText, type HiddenReason, hiddenReason, makeText, type OpenText, type Redaction } from "../../record/text.ts";

/** Any string of Unicode scalar values without LF. */
export const anyLine = fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\n", ""));
/** Any string of Unicode scalar values. */
export const anyString = fc.string({
  unit: fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), fc.constant("\n")),
});
export const anyBytes = (maxLength = 64) => fc.uint8Array({ maxLength });
export const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

export const anyText: fc.Arbitrary<OpenText> = fc
  .tuple(fc.array(anyLine, { minLength: 1, maxLength: 6 }), bytesOf(32))
  .map(([lines, seed]) => makeText(lines.join("\n"), seed));

const reason: fc.Arbitrary<HiddenReason> = fc.constantFrom(...hiddenReason.options);

/** Any redactions that a text of so many lines can take. */
export const redactionsOf = (lines: number): fc.Arbitrary<Redaction[]> =>
  fc.array(fc.record({ line: fc.nat(lines - 1), reason, shown: anyLine }, { requiredKeys: ["line", "reason"] }), {
    maxLength: lines,
  });

export const anyInstant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }).map((time) => new Date(time).toISOString());

const ID = "0123456789abcdefghjkmnpqrstvwxyz";
export const anyId = (prefix: string) =>
  fc.string({ unit: fc.constantFrom(...ID), minLength: 16, maxLength: 16 }).map((id) => `${prefix}_${id}`);

const seq = fc.nat(100);
const by = fc.nat(9999).map((n) => `p${n}`);
const hash = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const both = <T>(value: fc.Arbitrary<T>) => fc.record({ stdout: value, stderr: value });
const commitment = anyText.map((text) => commitText(text));

/** An object with all of the first fields and any of the second. */
function fields(must: Record<string, fc.Arbitrary<unknown>>, may: Record<string, fc.Arbitrary<unknown>> = {}) {
  return fc.record({ ...must, ...may }, { requiredKeys: Object.keys(must) });
}

const texts = (...names: string[]) => {
  const pick = (optional: boolean) =>
    Object.fromEntries(names.filter((name) => name.endsWith("?") === optional).map((name) => [name.replace("?", ""), commitment]));
  return fields(pick(false), pick(true));
};

function kind(name: string, text: fc.Arbitrary<unknown>, must: Record<string, fc.Arbitrary<unknown>> = {}, may = {}) {
  return fields({ kind: fc.constant(name), seq, at: anyInstant, text, ...must }, { seen: anyInstant, ...may });
}

/** Any entry of any kind. */
export const anyEntry = fc.oneof(
  kind("opened", texts("subject", "organization", "client", "endpoint", "source?"), {
    format: fc.constant(SESSION_FORMAT),
    session: anyId("ses"),
    group: anyId("grp"),
    endpoint: anyId("end"),
    endpointKey: anyString,
    mode: fc.constantFrom("live", "imported"),
    log: fc.record({ size: fc.maxSafeNat(), root: bytesOf(32).map(toBase64) }),
  }),
  kind("joined", texts("name"), { participant: by, role: fc.constantFrom("technician", "person", "agent") }),
  kind("context", texts("value"), {
    part: fc.constantFrom("os", "updates", "disks"),
    columns: fc.array(fc.constantFrom("name", "value", "size 2"), { maxLength: 12 }),
    status: fc.constantFrom("ok", "failed"),
  }),
  kind("approval.asked", texts("command", "reason"), { by }),
  kind(
    "approval.answered",
    texts("word?"),
    { asked: seq, answer: fc.constantFrom("approved", "denied", "expired", "stopped", "standing") },
    { by, policy: hash },
  ),
  kind(
    "command",
    texts("command", "directory?"),
    { by, shell: fc.constantFrom("bash", "powershell", "cmd"), consent: fc.constantFrom("read-only", "answered") },
    { answered: seq },
  ),
  kind(
    "output",
    texts("output"),
    { command: seq, stream: fc.constantFrom("stdout", "stderr"), newline: fc.boolean() },
    { replaced: fc.nat() },
  ),
  kind("finished", fc.record({ raw: commitment.map(({ root }) => ({ lines: 2, root })) }), {
    command: seq,
    exit: fc.option(fc.integer()),
    end: fc.constantFrom("exited", "cancelled", "time-limit", "lost"),
    duration: fc.maxSafeNat(),
    cut: both(fc.nat()),
  }),
  kind("chat", texts("message"), { by }),
  kind("note", texts("note"), { by }, { about: seq }),
  kind("gap", texts("detail?"), {
    from: anyInstant,
    to: anyInstant,
    cause: fc.constantFrom("agent-offline", "clock-jump", "not-recorded"),
  }),
  kind(
    "closed",
    texts("summary?", "todo?"),
    { outcome: fc.constantFrom("resolved", "workaround", "unresolved", "informational") },
    { by },
  ),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Entry>;

/** The same bytes with a few of them changed, added, doubled, dropped or cut off. */
export function mutated(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const change = fc.record({
    how: fc.constantFrom("flip", "set", "insert", "delete", "repeat", "cut"),
    where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    length: fc.integer({ min: 1, max: 20 }),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(...[0x0a, 0x20, 0x22, 0x25, 0x2b, 0x2c, 0x30, 0x3d, 0x5c, 0x7b, 0x7d])),
  });
  return fc.tuple(bytes, fc.array(change, { minLength: 1, maxLength: 3 })).map(([original, changes]) => {
    let out = Array.from(original);
    for (const { how, where, length, byte } of changes) {
      const at = Math.floor(where * (out.length + 1));
      if (how === "cut") out = out.slice(0, at);
      else if (how === "insert") out.splice(at, 0, byte);
      else if (how === "delete") out.splice(at, length);
      else if (how === "repeat") out.splice(at, 0, ...out.slice(at, at + length));
      else if (at < out.length) out[at] = how === "set" ? byte : (out[at] as number) ^ (1 << (byte % 8));
    }
    return Uint8Array.from(out);
  });
}

/** Bytes cut into pieces anywhere, empty ones among them. */
export function inPieces(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<{ bytes: Uint8Array; pieces: Uint8Array[] }> {
  return bytes.chain((whole) =>
    fc.array(fc.nat(whole.length), { maxLength: 10 }).map((cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
      return { bytes: whole, pieces: places.slice(1).map((end, i) => whole.slice(places[i], end)) };
    }),
  );
}
