import { Agent, type OutgoingHttpHeaders, request } from "node:http";
import { BenchError } from "./bench.ts";

/** Where the engine listens, and the host that is asked for there. */
export interface Target {
  port: number;
  host: string;
}

/** What one round of requests came to. */
export interface Round {
  perSecond: number;
  /** Milliseconds within which 99 of 100 were answered. */
  p99: number;
}

/** Asks for one path after the other, several at a time over kept connections, for so many milliseconds. */
export async function askFor(
  target: Target,
  paths: readonly string[],
  options: { parallel: number; milliseconds: number },
): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.parallel });
  const times: number[] = [];
  const start = performance.now();
  const end = start + options.milliseconds;
  const reader = async (offset: number): Promise<void> => {
    for (let i = offset; performance.now() < end; i++) {
      const asked = performance.now();
      await fetchGzipped(target, paths[i % paths.length] as string, { agent });
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, (_, i) => reader(i * 7)));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  return { perSecond: times.length / seconds, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
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
