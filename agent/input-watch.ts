import type { WaitingSign } from "../record/wire.ts";
import type { Reading } from "./blocked-reader.ts";

/** Milliseconds between two looks at a silent command. */
const LOOK = 2_000;
/** Longest line, in characters, that is taken for a question. */
const QUESTION = 300;

/** What is said in the record of a command that seems to wait, once for each time that it does. */
export const WAITING_REMARKS: Record<WaitingSign, string> = {
  terminal: "This command is silent and reads a terminal, so it waits for input.",
  pipe: "This command is silent and reads a pipe that nothing is written to, so it waits for input.",
  question:
    "This command is silent after what looks like a question, so it may wait for input. This is a guess: whether it reads anything could not be seen.",
};
export const NO_INPUT = "Commands get no input here. It can be cancelled, and otherwise goes on until it ends or its time is over.";

/**
 * Watches a running command for signs that it waits for input. Commands are given an empty one, but a program may open a terminal or a
 * pipe by itself. Where the system tells what its processes do, that counts; elsewhere an unfinished last line and silence do.
 */
export class InputWatch {
  readonly #quiet: number;
  readonly #reading: () => Reading;
  readonly #onChange: (sign: WaitingSign | undefined) => void;
  #timer: NodeJS.Timeout | undefined;
  /** What stands behind the last new line of what was said last. */
  #lastLine = "";
  #sign: WaitingSign | undefined;

  /**
   * @param quiet milliseconds without output, from which on the command is looked at.
   * @param reading what the system says.
   * @param onChange called with a sign when it begins to wait, with undefined when it does so no more.
   */
  constructor(quiet: number, reading: () => Reading, onChange: (sign: WaitingSign | undefined) => void) {
    this.#quiet = quiet;
    this.#reading = reading;
    this.#onChange = onChange;
    this.#wait(quiet);
  }

  /** It said something, so it goes on. */
  output(bytes: Uint8Array): void {
    // Control sequences and characters beyond ASCII don't matter here.
    const text = Buffer.from(bytes.subarray(-2 * QUESTION)).toString("latin1");
    const newline = text.lastIndexOf("\n");
    this.#lastLine = newline >= 0 ? text.slice(newline + 1) : (this.#lastLine + text).slice(-2 * QUESTION);
    this.#tell(undefined);
    this.#wait(this.#quiet);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#tell(undefined);
  }

  #wait(time: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const reading = this.#reading();
      const isGuessed = reading === "unknown" && looksLikeQuestion(this.#lastLine);
      this.#tell(reading === "terminal" || reading === "pipe" ? reading : isGuessed ? "question" : undefined);
      this.#wait(LOOK);
    }, time);
    this.#timer.unref();
  }

  #tell(sign: WaitingSign | undefined): void {
    if (sign === this.#sign) return;
    this.#sign = sign;
    this.#onChange(sign);
  }
}

/** Whether a line without its end may be a prompt: `Continue? [Y/n] `, `Password: `, `> `. */
export function looksLikeQuestion(line: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours at the end of a prompt are control sequences
  const bare = line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").trimEnd();
  return bare !== "" && bare.length <= QUESTION && /[?:>\])]$/.test(bare);
}
