import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../../record/bytes.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { type Report, verifyPackage } from "../../record/verify.ts";
import { openZip } from "../../record/zip.ts";
import type { FindingView } from "../../worker/scan-schema.ts";
import type { HandoffRow, HandoffView, Page } from "../../worker/schema.ts";
import { call, json, until } from "./api.ts";
import { closeSession, makeScene, openSession, runCommand, type Scene } from "./scene.ts";

export const PERIOD = { from: "2020-01-01T00:00:00.000Z", to: "2100-01-01T00:00:00.000Z" };

/** A session with one command, closed. Gives its id and the number of its `output` entry. */
export async function recordSession(
  scene: Scene,
  output: string,
  subject = "Spooler crashes",
): Promise<{ session: string; output: number }> {
  const open = await openSession(scene, subject);
  const command = await runCommand(open, "Get-Service Spooler", output);
  await closeSession(open, { todo: ["Watch it"] });
  return { session: open.session, output: command + 1 };
}

/** A handoff with these sessions selected, none of them reviewed. */
export async function prepare(group: string, sessions: string[], recipient = "Contoso IT"): Promise<string> {
  const { handoff } = await json<HandoffRow>("POST", `groups/${group}/handoffs`, { recipient });
  await json("PUT", `handoffs/${handoff}/period`, PERIOD);
  await json("PUT", `handoffs/${handoff}/sessions`, { include: sessions.map((session) => ({ session })) });
  return handoff;
}

/** Marks a session as reviewed, or saves the words only. */
export async function markReviewed(handoff: string, session: string, reviewed = true): Promise<void> {
  await json("PUT", `handoffs/${handoff}/sessions/${session}/review`, { note: "Looked at.", todo: ["Replace driver"], reviewed });
}

/** Scans a session, keeps whatever is found there and not decided, and marks it as reviewed. */
export async function review(handoff: string, session: string, reviewed = true): Promise<void> {
  await json("POST", `handoffs/${handoff}/sessions/${session}/scan`, {});
  const { items } = await json<Page<FindingView>>("GET", `handoffs/${handoff}/findings?session=${session}&state=open&limit=500`);
  for (const { finding } of items) {
    await json("POST", `handoffs/${handoff}/decisions`, { finding, decision: "keep", because: "a sample" });
  }
  await markReviewed(handoff, session, reviewed);
}

/** Publishes and waits for the package, or for the failure. */
export async function publish(handoff: string, days = 30): Promise<HandoffView> {
  await json("POST", `handoffs/${handoff}/publish`, { days });
  return until("the package", async () => {
    const view = await json<HandoffView>("GET", `handoffs/${handoff}`);
    return view.state === "generating" ? undefined : view;
  });
}

export interface Published {
  scene: Scene;
  session: string;
  handoff: string;
  view: HandoffView;
}

export async function makePublished(output = "Status   Name\nStopped  Spooler"): Promise<Published> {
  const scene = await makeScene();
  const { session } = await recordSession(scene, output);
  const handoff = await prepare(scene.group, [session]);
  await review(handoff, session);
  return { scene, session, handoff, view: await publish(handoff) };
}

export async function downloadPackage(handoff: string): Promise<Uint8Array> {
  const response = await call("GET", `handoffs/${handoff}/package`);
  if (response.status !== 200) throw new Error(`expected the package, got ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function verify(zip: Uint8Array): Promise<Report> {
  return verifyPackage(await read(zip), { hashes: undefined });
}

export function read(zip: Uint8Array): Promise<PackageReader> {
  return openZip({ size: zip.length, read: async (offset, length) => zip.slice(offset, offset + length) }, inflate);
}

export async function fileOf(zip: Uint8Array, path: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of (await read(zip)).open(path)) pieces.push(piece);
  return concat(...pieces);
}

export async function textOf(zip: Uint8Array, path: string): Promise<string> {
  return new TextDecoder().decode(await fileOf(zip, path));
}

export function hashOf(bytes: Uint8Array): string {
  return [...sha256(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function* inflate(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  const inflater: ReadableWritablePair<Uint8Array, Uint8Array> = new DecompressionStream("deflate-raw");
  for await (const piece of new Blob(parts).stream().pipeThrough(inflater)) yield piece;
}
