import { randomBytes } from "node:crypto";
import { arch, hostname, platform, release } from "node:os";
import * as z from "zod";
import { toBase64 } from "../record/bytes.ts";
import { endpointId } from "../record/entry.ts";
import { publicKeyOf, signWith } from "../record/key.ts";
import { enrolmentProof } from "../record/wire.ts";
import { AgentError } from "./error.ts";
import { type AgentState, prepareFolder, writeState } from "./state.ts";

const enrolled = z.object({
  endpoint: endpointId,
  ref: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/),
  keyName: z.string().min(1),
  organization: z.string(),
  client: z.string(),
});
const refusal = z.object({ error: z.object({ code: z.string().regex(/^[a-z/-]{1,60}$/), message: z.string() }) });

export interface EnrolOptions {
  /** Any address on the server; its origin is kept. */
  server: string;
  /** Enrolment code as the technician's console shows it. */
  code: string;
  /** How the endpoint is to be called; the computer's own name by default. */
  name?: string | undefined;
  folder: string;
  /** What kind of computer it is; this one's by default. A replay says what its story's machine was. */
  platform?: string | undefined;
}

/**
 * Makes a key, enrols its public half and stores what came back.
 * @throws AgentError `arguments/invalid`, `enrolment/refused`, `server/unreachable`, and as {@link prepareFolder}.
 */
export async function enrol(options: EnrolOptions): Promise<AgentState> {
  const server = originOf(options.server);
  prepareFolder(options.folder);
  const seed = new Uint8Array(randomBytes(32));
  const name = options.name ?? hostname();
  const key = toBase64(publicKeyOf(seed));
  const answer = await post(`${server}/api/enrolments`, {
    code: options.code,
    name,
    platform: options.platform ?? `${platform()} ${release()} ${arch()}`,
    key,
    proof: toBase64(signWith(seed, enrolmentProof(options.code, key))),
  });
  const parsed = enrolled.safeParse(answer);
  if (!parsed.success) throw new AgentError("enrolment/refused", `expected an enrolment from ${server}, got another answer`);
  const state = { folder: options.folder, server, seed, name, ...parsed.data };
  writeState(state);
  return state;
}

/** @throws AgentError `arguments/invalid` unless it is an http or https address. */
export function originOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    throw new AgentError("arguments/invalid", "expected the server's address with https:// or http://");
  }
  return url.origin;
}

async function post(url: string, body: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(30_000),
    });
  } catch (cause) {
    throw new AgentError("server/unreachable", `expected an answer from ${new URL(url).origin}, got none`, { cause });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const refused = refusal.safeParse(answer);
  const why = refused.success ? `${refused.data.error.code}: ${refused.data.error.message}` : `status ${response.status}`;
  throw new AgentError("enrolment/refused", `expected the server to accept the code, it answered ${why}`);
}
