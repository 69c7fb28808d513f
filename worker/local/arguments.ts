import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalError } from "./error.ts";

export const HELP = `Usage: npm start -- [--once] [--port N] [--data DIR] [--out DIR]

Runs all of Caisey Handoff on this computer: the Worker, a sample sign-in, and an agent. On the first start it loads a year of
sample sessions. It then records a short session on this computer, hands over the sample client "Acme Accounting", writes the
package and verifies it.

  --once       stop when the package is verified; without it everything stays up until Ctrl-C
  --port N     port of the console, 8787 if not given; 0 takes a free one. Sign-in takes the next port, or a free one
  --data DIR   where everything is kept, .data if not given
  --out DIR    where packages are written, out if not given
  --help       print this

Exit status: 0 when the package was made and verified, 1 when something went wrong.
`;

export interface LocalOptions {
  once: boolean;
  port: number;
  /** Absolute. */
  data: string;
  /** Absolute. */
  out: string;
}

/**
 * What was asked for on the command line; `"help"` when only help was.
 * @throws LocalError `arguments/unknown`.
 */
export function parseLocalArguments(args: string[]): LocalOptions | "help" {
  const parsed = read(args);
  if (parsed.help === true) return "help";
  const port = parsed.port ?? "8787";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new LocalError("arguments/unknown", `Expected --port to be a number from 0 to 65535, got ${JSON.stringify(port)}.`);
  }
  return {
    once: parsed.once ?? false,
    port: Number(port),
    data: resolve(parsed.data ?? ".data"),
    out: resolve(parsed.out ?? "out"),
  };
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        once: { type: "boolean" },
        port: { type: "string" },
        data: { type: "string" },
        out: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : "";
    throw new LocalError("arguments/unknown", `${why} See npm start -- --help.`, { cause });
  }
}
