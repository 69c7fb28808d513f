import type { Handoff, HandoffSession } from "../record/handoff.ts";
import { latestFirst } from "./overview.ts";

/** Sessions that belong together, in order of time. */
export interface Incident {
  /** Tags that all of them have. */
  tags: string[];
  sessions: HandoffSession[];
}

/** A tag on more sessions than this, and on more than a tenth of them all, tells nothing apart. */
const COMMON = 12;

const known = new WeakMap<Handoff, Incident[]>();

/**
 * Sessions that belong together by what the outgoing MSP said of them: two of them do when they share two tags, or have the same
 * title but for numbers. The incident with the latest session first.
 */
export function incidents(handoff: Handoff): Incident[] {
  const found = known.get(handoff);
  if (found !== undefined) return found;
  const sessions = latestFirst(handoff.sessions).reverse();
  const groups = new Groups(sessions.length);
  for (const places of byTitle(sessions).values()) for (const place of places) groups.join(places[0] as number, place);
  const shared = new Map<string, number>();
  for (const places of byTag(sessions).values()) {
    for (const [i, a] of places.entries()) {
      for (const b of places.slice(0, i)) {
        const pair = `${b} ${a}`;
        const count = (shared.get(pair) ?? 0) + 1;
        shared.set(pair, count);
        if (count >= 2) groups.join(b, a);
      }
    }
  }
  const made = groups.all().map((places) => {
    const own = places.map((place) => sessions[place] as HandoffSession);
    const tags = [...new Set(own[0]?.tags)].filter((tag) => own.every((session) => session.tags.includes(tag)));
    return { tags, sessions: own };
  });
  made.sort((a, b) => ((a.sessions.at(-1)?.opened ?? "") < (b.sessions.at(-1)?.opened ?? "") ? 1 : -1));
  known.set(handoff, made);
  return made;
}

function byTag(sessions: readonly HandoffSession[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, { tags }] of sessions.entries()) {
    for (const tag of new Set(tags.map((one) => one.trim().toLowerCase()))) addTo(places, tag, place);
  }
  for (const [tag, of] of places) if (of.length > COMMON && of.length > sessions.length / 10) places.delete(tag);
  return places;
}

function byTitle(sessions: readonly HandoffSession[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const [place, { title }] of sessions.entries()) {
    const words = title.toLowerCase().replace(/\d+/g, " ").replace(/\s+/g, " ").trim();
    if (words.length >= 8) addTo(places, words, place);
  }
  for (const [words, of] of places) if (of.length > COMMON && of.length > sessions.length / 10) places.delete(words);
  return places;
}

/** The list itself grows: a copy of it for each number would be millions of numbers where many sessions have a tag. */
function addTo<Key>(lists: Map<Key, number[]>, key: Key, number: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [number]);
  else list.push(number);
}

/** Numbers from 0 in groups. */
class Groups {
  readonly #leads: number[];

  constructor(size: number) {
    this.#leads = Array.from({ length: size }, (_, i) => i);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#lead(a), this.#lead(b)];
    this.#leads[Math.max(first, second)] = Math.min(first, second);
  }

  /** Those of two or more. */
  all(): number[][] {
    const groups = new Map<number, number[]>();
    for (const i of this.#leads.keys()) addTo(groups, this.#lead(i), i);
    return [...groups.values()].filter((group) => group.length > 1);
  }

  #lead(of: number): number {
    let lead = of;
    while (this.#leads[lead] !== lead) lead = this.#leads[lead] as number;
    return lead;
  }
}
