import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import * as z from "zod";
import { instant } from "../record/entry.ts";
import { AgentError } from "./error.ts";
import type { Policy } from "./policy.ts";

const policyFile = z.strictObject({
  format: z.literal("caisey-agent-policy/1"),
  /** What becomes of commands that only read: by default they run unasked. */
  readOnly: z.enum(["run", "ask"]).default("run"),
  /** Consent given beforehand, for machines without a person. */
  standing: z
    .strictObject({
      /** The consent in the words of whoever gave it; recorded with each use. */
      text: z.string().trim().min(1).max(10_000),
      /** Exact commands, or all. */
      commands: z.union([z.literal("any"), z.array(z.string().min(1)).min(1)]),
      /** After this it is none. */
      until: instant.optional(),
    })
    .optional(),
});

/** A standing consent that covers a command. */
export interface Standing {
  text: string;
  /** SHA-256 of the file that it stands in, in hexadecimal. */
  policy: string;
}

/** What the machine's owner decided beforehand, in a file that only they can write. It is read anew for each question. */
export class PolicyFile {
  readonly #file: string;

  /** @throws AgentError `policy/malformed`, `state/not-private`. */
  constructor(file: string) {
    this.#file = file;
    this.#read();
  }

  /** The consent that covers this very command, if there is one now. A file that has become unreadable gives none. */
  standing(command: string, now: Date): Standing | undefined {
    try {
      const { standing, hash } = this.#read();
      if (standing === undefined || (standing.until !== undefined && now.toISOString() > standing.until)) return undefined;
      const isCovered = standing.commands === "any" || standing.commands.includes(command);
      return isCovered ? { text: standing.text, policy: hash } : undefined;
    } catch (error) {
      if (error instanceof AgentError) return undefined;
      throw error;
    }
  }

  /** The agent's policy, narrowed as the file says. */
  narrow(policy: Policy): Policy {
    return {
      decide: (...given) => {
        const decision = policy.decide(...given);
        return this.#asksAlways() ? { ...decision, readOnly: false } : decision;
      },
    };
  }

  #asksAlways(): boolean {
    try {
      return this.#read().readOnly === "ask";
    } catch {
      return true;
    }
  }

  #read(): z.infer<typeof policyFile> & { hash: string } {
    const bytes = this.#bytes();
    const parsed = policyFile.safeParse(parseJson(bytes.toString("utf8")));
    if (!parsed.success) {
      const where = parsed.error.issues.map(({ path, code }) => `${path.join(".") || "file"}: ${code}`).join("; ");
      throw new AgentError("policy/malformed", `expected caisey-agent-policy/1 in ${this.#file}: ${where}`);
    }
    return { ...parsed.data, hash: createHash("sha256").update(bytes).digest("hex") };
  }

  #bytes(): Buffer {
    try {
      const { mode, uid } = statSync(this.#file);
      const isOwned = uid === 0 || uid === process.getuid?.();
      if (process.platform !== "win32" && (!isOwned || (mode & 0o022) !== 0)) {
        throw new AgentError("state/not-private", `expected ${this.#file} to be writable by root or the agent's user alone`);
      }
      return readFileSync(this.#file);
    } catch (error) {
      if (error instanceof AgentError) throw error;
      throw new AgentError("policy/malformed", `expected a policy file at ${this.#file}, it can't be read`, { cause: error });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
