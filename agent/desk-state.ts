import { randomBytes } from "node:crypto";
import type { Answer, PersonActs, Question, SessionInfo, Shown } from "./approval.ts";

/** Events that a page that is opened late still gets. */
const REMEMBERED = 200;

interface Asked {
  id: string;
  question: Question;
  resolve(answer: Answer): void;
}

export interface DeskView extends SessionInfo {
  isStopped: boolean;
  question: (Omit<Question, "expires"> & { id: string; expires: string | undefined }) | undefined;
  log: (Shown & { number: number })[];
}

/** What a person at the endpoint sees of one session, wherever it is shown, and what they may do about it. */
export class DeskState {
  readonly #info: SessionInfo;
  readonly #acts: PersonActs;
  readonly #onChange: () => void;
  readonly #log: (Shown & { number: number })[] = [];
  #asked: Asked | undefined;
  #isStopped = false;
  #isClosed = false;
  #next = 0;

  constructor(info: SessionInfo, acts: PersonActs, onChange: () => void) {
    this.#info = info;
    this.#acts = acts;
    this.#onChange = onChange;
  }

  ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const asked: Asked = { id: randomBytes(9).toString("base64url"), question, resolve };
    this.#asked = asked;
    signal.addEventListener("abort", () => {
      if (this.#asked === asked) this.#asked = undefined;
      reject(new Error("the question lapsed"));
      this.#onChange();
    });
    this.#onChange();
    return promise;
  }

  show(event: Shown): void {
    this.#log.push({ ...event, number: this.#next++ });
    if (this.#log.length > REMEMBERED) this.#log.shift();
    this.#onChange();
  }

  close(): void {
    this.#isClosed = true;
    this.#asked = undefined;
  }

  /** The question that waits now. */
  get question(): { id: string; question: Question } | undefined {
    return this.#asked;
  }

  /** @returns false when this is not the question that waits. */
  answer(id: string, answer: Answer): boolean {
    const asked = this.#asked;
    if (asked?.id !== id) return false;
    this.#asked = undefined;
    asked.resolve(answer);
    this.#onChange();
    return true;
  }

  /** @returns false when the session is over. */
  stop(by: string, word: string | undefined): boolean {
    if (this.#isClosed) return false;
    this.#isStopped = true;
    this.#acts.stop(by, word || undefined);
    this.#onChange();
    return true;
  }

  /** @returns false when the session is over. */
  say(message: string, by: string): boolean {
    if (this.#isClosed) return false;
    // Whether it came into the record shows by itself: it then appears among what has happened.
    this.#acts.say(message, by).catch(() => {});
    return true;
  }

  view(): DeskView {
    const asked = this.#asked;
    const question = asked && { id: asked.id, ...asked.question, expires: asked.question.expires?.toISOString() };
    return { ...this.#info, isStopped: this.#isStopped, question, log: this.#log };
  }
}
