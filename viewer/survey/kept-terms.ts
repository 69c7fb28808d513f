import { lineAddressOf } from "../address.ts";
import { sessionPageName } from "../page.ts";
import type { Place, TermKind } from "./rows.ts";

/** Identifiers and messages that came up so far. Plain and serialisable. */
export interface TermsState {
  /** Sessions in which something came up. */
  sessions: string[];
  kinds: TermKind[];
  names: string[];
  counts: number[];
  /** In how many sessions each came up. */
  spread: number[];
  /** Of each the numbers that {@link KeptTerms} has of its places. */
  places: number[];
  /** Whether some that came up in few sessions were forgotten. */
  dropped: boolean;
}

const MOST = 5_000;
const OF_A_SESSION = 150;
/** So many sessions are named. */
const PLACES = 24;
/** Numbers of a place: session, page of it, entry, line of its main text. */
const NUMBERS = 4;
/** Numbers of a term: those of its first places, and of the last one. */
const ROW = NUMBERS * (PLACES + 1);

/**
 * Terms with the places where they come up, as numbers: of some thousands of terms in some dozens of sessions each, addresses would be
 * most of what is held while a package is made.
 */
export class KeptTerms {
  dropped: boolean;
  readonly #sessions: string[];
  #kinds: TermKind[];
  #names: string[];
  #counts: number[];
  #spread: number[];
  /** Of each term a row. */
  #places: Uint32Array;
  /** Of each kind, numbers of terms by key. */
  readonly #numbers: Record<TermKind, Map<string, number>>;
  /** Of each the session in which it came up last, by number; -1 when that is long ago. */
  #latest: number[];
  /** How many came up in the session at work. */
  #here = 0;
  #session = "";
  #page: (seq: number, line: number) => number = () => 0;

  constructor(from?: TermsState) {
    this.dropped = from?.dropped ?? false;
    this.#sessions = [...(from?.sessions ?? [])];
    this.#kinds = [...(from?.kinds ?? [])];
    this.#names = [...(from?.names ?? [])];
    this.#counts = [...(from?.counts ?? [])];
    this.#spread = [...(from?.spread ?? [])];
    this.#latest = this.#names.map(() => -1);
    this.#places = new Uint32Array(ROW * Math.max(64, this.#names.length));
    let at = 0;
    for (const [number, spread] of this.#spread.entries()) {
      const length = lengthOf(spread);
      this.#places.set(from?.places.slice(at, at + length) ?? [], ROW * number);
      at += length;
    }
    this.#numbers = { event: new Map(), code: new Map(), update: new Map(), service: new Map(), message: new Map() };
    this.#index();
  }

  get length(): number {
    return this.#names.length;
  }

  /** @param page which page of the session, from 0, shows a line. */
  begin(session: string, page: (seq: number, line: number) => number): void {
    this.#session = session;
    this.#page = page;
    this.#here = 0;
  }

  /**
   * One occurrence in the session that was begun.
   * @param key the name in lower case, by which terms of a kind are the same.
   */
  note(kind: TermKind, name: string, key: string, seq: number, line: number): void {
    const known = this.#numbers[kind].get(key);
    if (known !== undefined && this.#here > 0 && this.#latest[known] === this.#sessions.length - 1) {
      this.#counts[known] = (this.#counts[known] as number) + 1;
      return;
    }
    if (this.#here === OF_A_SESSION) return;
    if (this.#here++ === 0) this.#sessions.push(this.#session);
    const number = known ?? this.#add(kind, name, key);
    this.#counts[number] = (this.#counts[number] as number) + 1;
    this.#latest[number] = this.#sessions.length - 1;
    const at = ROW * number + NUMBERS * Math.min(this.#spread[number] as number, PLACES);
    this.#spread[number] = (this.#spread[number] as number) + 1;
    this.#places[at] = this.#sessions.length - 1;
    this.#places[at + 1] = this.#page(seq, line);
    this.#places[at + 2] = seq;
    this.#places[at + 3] = line;
  }

  /** Ends the session that was begun. */
  end(): void {
    if (this.length > MOST) this.#forget();
  }

  kind(number: number): TermKind {
    return this.#kinds[number] as TermKind;
  }

  /** As it was written where it came up first. */
  name(number: number): string {
    return this.#names[number] as string;
  }

  /** How often it came up in all. */
  count(number: number): number {
    return this.#counts[number] as number;
  }

  /** In how many sessions it came up. */
  spread(number: number): number {
    return this.#spread[number] as number;
  }

  /** Numbers of the first sessions in which it came up, and of the last one. */
  sessions(number: number): number[] {
    return this.#row(number).filter((_, i) => i % NUMBERS === 0);
  }

  /** In how many of these sessions it came up, of those that {@link KeptTerms.places} names. */
  countIn(number: number, sessions: ReadonlySet<string>): number {
    let count = 0;
    for (let i = 0; i < Math.min(this.spread(number), PLACES); i++)
      if (sessions.has(this.#sessions[this.#places[ROW * number + NUMBERS * i] as number] as string)) count++;
    return count;
  }

  /** The first sessions in which it came up, each with the place where it first does. */
  places(number: number): Place[] {
    return Array.from({ length: Math.min(this.spread(number), PLACES) }, (_, i) => this.#placeAt(ROW * number + NUMBERS * i));
  }

  last(number: number): Place {
    return this.#placeAt(ROW * number + lengthOf(this.spread(number)) - NUMBERS);
  }

  /** A copy: what comes later does not change it. */
  state(): TermsState {
    return {
      sessions: [...this.#sessions],
      kinds: [...this.#kinds],
      names: [...this.#names],
      counts: [...this.#counts],
      spread: [...this.#spread],
      places: this.#names.flatMap((_, number) => this.#row(number)),
      dropped: this.dropped,
    };
  }

  #row(number: number): number[] {
    return Array.from(this.#places.subarray(ROW * number, ROW * number + lengthOf(this.spread(number))));
  }

  #placeAt(at: number): Place {
    const [session, page = 0, seq = 0, line = 0] = this.#places.subarray(at, at + NUMBERS);
    const id = this.#sessions[session as number] as string;
    return { session: id, href: `sessions/${sessionPageName(id, page)}#${lineAddressOf(seq, "", line)}` };
  }

  #add(kind: TermKind, name: string, key: string): number {
    const number = this.length;
    const own = copyOf(name);
    this.#numbers[kind].set(key === name ? own : copyOf(key), number);
    this.#names.push(own);
    this.#kinds.push(kind);
    this.#counts.push(0);
    this.#spread.push(0);
    this.#latest.push(-1);
    if (ROW * this.length > this.#places.length) {
      const larger = new Uint32Array(ROW * Math.min(2 * this.length, MOST + OF_A_SESSION));
      larger.set(this.#places);
      this.#places = larger;
    }
    return number;
  }

  /** Those of the fewest sessions go, the oldest first, until half are left. */
  #forget(): void {
    const order = this.#names.map((_, number) => number).sort((a, b) => this.spread(a) - this.spread(b));
    const left = order.slice(this.length - MOST / 2).sort((a, b) => a - b);
    // None moves to behind where it is.
    for (const [to, number] of left.entries()) this.#places.copyWithin(ROW * to, ROW * number, ROW * (number + 1));
    this.#kinds = left.map((number) => this.kind(number));
    this.#names = left.map((number) => this.name(number));
    this.#counts = left.map((number) => this.count(number));
    this.#latest = left.map((number) => this.#latest[number] as number);
    this.#spread = left.map((number) => this.spread(number));
    this.#index();
    this.dropped = true;
  }

  #index(): void {
    for (const numbers of Object.values(this.#numbers)) numbers.clear();
    for (const [number, name] of this.#names.entries()) {
      const key = name.toLowerCase();
      this.#numbers[this.kind(number)].set(key === name ? name : key, number);
    }
  }
}

/** As a part of a line, a name would keep the whole of it. */
function copyOf(name: string): string {
  return JSON.parse(JSON.stringify(name)) as string;
}

/** How many numbers of a row are used. */
function lengthOf(spread: number): number {
  return NUMBERS * Math.min(spread, PLACES + 1);
}
