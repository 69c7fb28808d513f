import type { Approver, Desk, PersonActs, SessionInfo } from "../../agent/approval.ts";

/**
 * Answers at this computer in place of its user, so that `npm start` runs by itself. It approves what `npm start` itself asks
 * for and nothing else: the console is open while this runs, and other commands must not pass in the user's name.
 */
export class ScriptedPerson implements Approver {
  readonly name: string;
  readonly #onAnswer: (command: string, answer: "approved" | "denied") => void;
  readonly #expected = new Map<string, string>();
  readonly #desks = new Map<string, PersonActs>();

  /** @param name as it is recorded. */
  constructor(name: string, onAnswer: (command: string, answer: "approved" | "denied") => void) {
    this.name = name;
    this.#onAnswer = onAnswer;
  }

  /** Allows this command once, with these words. */
  expect(command: string, word: string): void {
    this.#expected.set(command, word);
  }

  say(session: string, message: string): void {
    this.#desks.get(session)?.say(message, this.name);
  }

  open({ session }: SessionInfo, acts: PersonActs): Desk {
    this.#desks.set(session, acts);
    return {
      ask: async ({ command }) => {
        const word = this.#expected.get(command);
        this.#expected.delete(command);
        const answer = word === undefined ? "denied" : "approved";
        this.#onAnswer(command, answer);
        return { answer, by: this.name, word: word ?? "npm start answers only what it asks itself." };
      },
      show() {},
      close: () => {
        this.#desks.delete(session);
      },
    };
  }
}
