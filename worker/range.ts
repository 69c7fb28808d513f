/** What of a file a `Range` header asks for. */
export type ByteRange = { from: number; length: number } | "whole" | "unsatisfiable";

/**
 * Reads a `Range` header (RFC 9110 section 14). Several ranges at once, other units and anything malformed are passed over, as the
 * standard allows: the answer is then the whole.
 */
export function parseRange(header: string | null, size: number): ByteRange {
  const match = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header?.trim() ?? "");
  const [, first, last] = match ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { from: size - length, length };
  }
  const from = Number(first);
  const to = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < from) return "whole";
  return from >= size ? "unsatisfiable" : { from, length: to - from + 1 };
}

/** Whether an `If-None-Match` or `If-Range` header names this entity tag. */
export function hasEntityTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}

/** Whether a client takes gzip, by its `Accept-Encoding` header. */
export function acceptsGzip(header: string | null): boolean {
  const codings = (header ?? "").split(",").map((coding) => {
    const [name, ...parameters] = coding.trim().toLowerCase().split(";");
    const q = parameters.map((parameter) => /^\s*q=([0-9.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
    return { name, q: q === undefined ? 1 : Number(q) };
  });
  const named = codings.find(({ name }) => name === "gzip" || name === "x-gzip") ?? codings.find(({ name }) => name === "*");
  return named !== undefined && named.q > 0;
}
