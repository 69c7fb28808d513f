import { DigitReader, DigitWriter } from "./digits.ts";
import { FIELDS } from "./run.ts";

// `data/search/documents.js`, what is known of all sessions and documents: little of each, and read at once. In the digits of
// digits.ts, of each session the number of its documents, and for each of SESSION_FACETS its value plus 1, 0 for none; then of each
// document its kind, and how many different words it has in each field. The documents of a session follow those of the one before.

/** What is said of each session, in the order of the format. */
export const SESSION_FACETS = ["machine", "period", "outcome", "incident"] as const;
export type SessionFacet = (typeof SESSION_FACETS)[number];

export type SessionColumns = { documents: number } & Record<SessionFacet, number | undefined>;

/** The beginning of the file. */
export function encodeSessions(sessions: Iterable<SessionColumns>): Uint8Array {
  const out = new DigitWriter(1 << 12);
  for (const session of sessions) {
    out.number(session.documents);
    for (const facet of SESSION_FACETS) out.number((session[facet] ?? -1) + 1);
  }
  return out.take();
}

/** What is known of all documents, in arrays by number of session or document. */
export interface Columns {
  /** Place of the value; -1 for none. */
  facets: Record<SessionFacet, Int32Array>;
  sessionOf: Uint32Array;
  /** Place in KINDS. */
  kinds: Uint8Array;
  /** Number of different words, by field. */
  lengths: Lengths[];
}

/** As narrow as the largest number allows: there are as many numbers as documents. */
type Lengths = Uint8Array | Uint16Array | Uint32Array;

/** @throws TypeError when there is not as much as there should be. */
export function parseColumns(digits: Uint8Array, sessions: number, documents: number): Columns {
  const reader = new DigitReader(digits);
  const facets = SESSION_FACETS.map(() => new Int32Array(sessions));
  const sessionOf = new Uint32Array(documents);
  let from = 0;
  for (let session = 0; session < sessions; session++) {
    const to = from + reader.number();
    sessionOf.fill(session, from, to);
    from = to;
    for (const facet of facets) facet[session] = reader.number() - 1;
  }
  const kinds = new Uint8Array(documents);
  const lengths = FIELDS.map((): Lengths => new Uint8Array(documents));
  for (let document = 0; document < documents; document++) {
    kinds[document] = reader.number();
    for (let field = 0; field < lengths.length; field++) {
      const length = reader.number();
      const column = wideEnough(lengths[field] as Lengths, length);
      lengths[field] = column;
      column[document] = length;
    }
  }
  const [machine, period, outcome, incident] = facets as [Int32Array, Int32Array, Int32Array, Int32Array];
  return { facets: { machine, period, outcome, incident }, sessionOf, kinds, lengths };
}

function wideEnough(lengths: Lengths, length: number): Lengths {
  if (length > 0xffff && !(lengths instanceof Uint32Array)) return Uint32Array.from(lengths);
  return length > 0xff && lengths instanceof Uint8Array ? Uint16Array.from(lengths) : lengths;
}
