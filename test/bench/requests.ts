import { type Agent, type OutgoingHttpHeaders, request } from "node:http";
import { BenchError } from "./bench.ts";

/** Where the engine listens, and the host that is asked for there. */
export interface Target {
  port: number;
  host: string;
}

/** What was asked for in one or more turns. Milliseconds. */
export interface Turns {
  /** Of each request, from asking to the last byte. */
  times: number[];
  /** From begin to end, all turns together. */
  took: number;
}

export function perSecond(turns: readonly Turns[]): number {
  const count = turns.reduce((sum, { times }) => sum + times.length, 0);
  return count / (turns.reduce((sum, { took }) => sum + took, 0) / 1000);
}

/** Milliseconds within which 99 of 100 were answered, of all turns together: of one alone, two or three requests would decide. */
export function p99(turns: readonly Turns[]): number {
  const times = turns.flatMap((turn) => turn.times).sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? 0;
}

/** Asks for one path after the other, over all connections of `agent` at once, for so many milliseconds. */
export async function askFor(target: Target, paths: readonly string[], agent: Agent, milliseconds: number): Promise<Turns> {
  const times: number[] = [];
  const start = performance.now();
  const end = start + milliseconds;
  const reader = async (offset: number): Promise<void> => {
    for (let i = offset; performance.now() < end; i++) {
      const asked = performance.now();
      await fetchGzipped(target, paths[i % paths.length] as string, { agent });
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: agent.maxSockets }, (_, i) => reader(i * 7)));
  return { times, took: performance.now() - start };
}

/** The bytes of an answer as they come over the wire. @throws BenchError unless it is a good one. */
export function fetchGzipped(
  { port, host }: Target,
  path: string,
  options: { agent?: Agent; method?: string; headers?: OutgoingHttpHeaders; body?: Buffer } = {},
): Promise<Buffer> {
  const { body, headers, ...rest } = options;
  return new Promise((resolve, reject) => {
    const all = { host, "accept-encoding": "gzip", ...headers };
    const asked = request({ ...rest, port, host: "127.0.0.1", path, headers: all }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(Buffer.concat(pieces));
        else reject(new BenchError(`expected a good answer of ${host}, got status ${statusCode}`));
      });
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
