import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { fromBase64, toBase64 } from "../record/bytes.ts";
import { endpointId } from "../record/entry.ts";
import { publicKeyOf, SIGNATURE_TYPE, signWith, type VerifierKey, verifierKey } from "../record/key.ts";
import { AgentError } from "./error.ts";

/** What an enrolled endpoint keeps in its folder. */
export interface AgentState {
  /** Folder that only its owner can read. Holds the key, the journal and nothing that another program needs. */
  folder: string;
  /** Origin of the server: `https://caisey.example`. */
  server: string;
  /** `end_…` */
  endpoint: string;
  /** Names the endpoint's own object in addresses: `/agent/endpoint/<ref>`. */
  ref: string;
  /** C2SP key name of the endpoint: `<deployment>/<organisation>/<endpoint>`. */
  keyName: string;
  /** Ed25519 seed, 32 bytes. Never leaves the machine. */
  seed: Uint8Array;
  /** How the endpoint, the outgoing MSP and its client are called. */
  name: string;
  organization: string;
  client: string;
}

const STATE_FORMAT = "caisey-agent-state/1";
const stateFile = z.strictObject({
  format: z.literal(STATE_FORMAT),
  server: z.url(),
  endpoint: endpointId,
  ref: z.string().min(1),
  keyName: z.string().min(1),
  seed: z.base64().length(44),
  name: z.string(),
  organization: z.string(),
  client: z.string(),
});

/** Where the state is kept unless `--state` says otherwise: the machine's place for root or a service, the user's for a user. */
export function defaultStateFolder(): string {
  const isRoot = process.getuid?.() === 0;
  if (process.platform === "win32") return join(process.env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "Caisey Agent");
  if (process.platform === "darwin") return join(isRoot ? "/" : homedir(), "Library", "Application Support", "Caisey Agent");
  if (isRoot) return "/var/lib/caisey-agent";
  return join(process.env.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "caisey-agent");
}

/** @throws AgentError `state/not-enrolled`, `state/not-private`, `state/damaged`. */
export function readState(folder: string): AgentState {
  const file = stateFileOf(folder);
  if (!existsSync(file))
    throw new AgentError("state/not-enrolled", `expected an enrolled endpoint in ${folder}, found none: run enroll first`);
  checkPrivate(folder);
  checkPrivate(file);
  const parsed = stateFile.safeParse(parseJson(readFileSync(file, "utf8")));
  if (!parsed.success) throw new AgentError("state/damaged", `expected ${STATE_FORMAT} in ${file}, got something else`);
  const { format: _, seed, ...rest } = parsed.data;
  return { folder, ...rest, seed: fromBase64(seed, 32) };
}

/**
 * Makes the folder, or checks that nobody else can read the one that is there.
 * @throws AgentError `state/already-enrolled`, `state/not-private`.
 */
export function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  checkPrivate(folder);
  if (existsSync(stateFileOf(folder))) {
    throw new AgentError(
      "state/already-enrolled",
      `expected a folder without an enrolled endpoint, ${folder} has one: run leave first`,
    );
  }
}

/** Stores the state so that a crash leaves either all of it or none. */
export function writeState(state: AgentState): void {
  const { folder, seed, ...rest } = state;
  const file = stateFileOf(folder);
  const half = `${file}.new`;
  const handle = openSync(half, "w", 0o600);
  try {
    writeSync(handle, `${JSON.stringify({ format: STATE_FORMAT, ...rest, seed: toBase64(seed) }, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (process.platform !== "win32") chmodSync(half, 0o600);
  renameSync(half, file);
}

/** Forgets the enrolment: the key and the journal are gone for good. What the server recorded stays. */
export function eraseState(state: AgentState): void {
  for (const name of ["state.json", "state.json.new", "journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"]) {
    rmSync(join(state.folder, name), { force: true });
  }
}

/** The endpoint's key as a witness, which its cosignatures name. */
export function witnessKey(state: AgentState): VerifierKey {
  return verifierKey(state.keyName, SIGNATURE_TYPE.cosignature, publicKeyOf(state.seed));
}

/** Name of the organisation's key, under which its logs are: the endpoint's without its last part. */
export function organizationKeyName(state: AgentState): string {
  return state.keyName.slice(0, state.keyName.lastIndexOf("/"));
}

export function signAs(state: AgentState, message: Uint8Array): Uint8Array {
  return signWith(state.seed, message);
}

function stateFileOf(folder: string): string {
  return join(folder, "state.json");
}

/** Windows keeps other users out of a user's own folders by inheritance; its mode bits say nothing. */
function checkPrivate(path: string): void {
  if (process.platform === "win32") return;
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0) {
    throw new AgentError(
      "state/not-private",
      `expected ${path} to be readable by its owner alone, its mode is ${(mode & 0o777).toString(8)}`,
    );
  }
  if (uid !== process.getuid?.())
    throw new AgentError("state/not-private", `expected ${path} to belong to the user who runs the agent`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
