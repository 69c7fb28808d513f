import type { CommandEnd } from "./shell.ts";

/** A session as the person at the endpoint gets to know it. */
export interface SessionInfo {
  /** `ses_…` */
  session: string;
  /** What it is about, in the technician's words. */
  subject: string;
  /** `live`: happens now. `imported`: a replay of what happened earlier. */
  mode: "live" | "imported";
}

/** What the person is asked. */
export interface Question {
  /** The exact command, to be shown whole. */
  command: string;
  /** Why, in the technician's words. */
  reason: string;
  /** Name of who asks. */
  technician: string;
  /** Whether the command may change what later commands of this shell mean, so that all of those need approval too. */
  changesShell: boolean;
  /** When the question lapses; undefined when it doesn't. */
  expires: Date | undefined;
}

/** What the person answered. `by` is the person's name as it is recorded. */
export interface Answer {
  /** `stopped`: not this command, and no other one in this session. */
  answer: "approved" | "denied" | "stopped";
  by: string;
  /** What the person wished to say with it. */
  word?: string | undefined;
}

/** What the person sees of the session, in the order of the record. */
export type Shown =
  | { kind: "chat"; by: string; role: "technician" | "person" | "agent"; message: string; at: Date }
  | { kind: "command"; by: string; command: string; consent: "read-only" | "answered"; at: Date }
  | { kind: "finished"; command: string; exit: number | null; end: CommandEnd; at: Date };

/** What the person may do unasked. Each is recorded. */
export interface PersonActs {
  /** Resolves once the message is in the record; rejects when it will not be, because the session is over. */
  say(message: string, by: string): Promise<void>;
  /** Ends the running command and answers every later question with `stopped`. */
  stop(by: string, word?: string): void;
}

/** Where the person at the endpoint sits during one session. */
export interface Desk {
  /**
   * Asks and waits for the answer.
   * @param signal aborted when the question lapses or is withdrawn: the promise may then reject or never settle.
   */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  show(event: Shown): void;
  /** The session is over; nothing can be answered any more. */
  close(): void;
}

/** How the person at the endpoint is reached: a page on the loopback interface, a terminal, a replay. */
export interface Approver {
  open(session: SessionInfo, acts: PersonActs): Desk;
}
