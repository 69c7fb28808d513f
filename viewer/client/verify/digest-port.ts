import { sha256 } from "@noble/hashes/sha2.js";
import { type Digest, ownDigest } from "./digest.ts";
import type { DigestAnswer, DigestOrder } from "./protocol.ts";

/** Lets programs in workers have this page's. @returns the end that a worker is to get; undefined where the page has none. */
export function lendDigest(): MessagePort | undefined {
  const digest = ownDigest();
  if (digest === undefined) return undefined;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = async ({ data: { id, buffer, length } }: MessageEvent<DigestOrder>) => {
    const done = await digest(buffer, length).catch(() => undefined);
    port1.postMessage({ id, buffer, digest: done?.digest } satisfies DigestAnswer, [buffer]);
  };
  return port2;
}

/** That of the page, by the port that it gave. */
export function borrowedDigest(port: MessagePort): Digest {
  const waiting = new Map<number, (answer: DigestAnswer) => void>();
  let orders = 0;
  port.onmessage = ({ data }: MessageEvent<DigestAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  const ask = (buffer: ArrayBuffer, length: number) =>
    new Promise<DigestAnswer>((resolve) => {
      const id = orders++;
      waiting.set(id, resolve);
      port.postMessage({ id, buffer, length } satisfies DigestOrder, [buffer]);
    });
  return async (given, length) => {
    const { buffer, digest } = await ask(given, length);
    return { buffer, digest: digest ?? sha256(new Uint8Array(buffer, 0, length)) };
  };
}
