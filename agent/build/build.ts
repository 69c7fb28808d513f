// npm run build:agent: makes a single executable of the agent, for this computer or for those given with --target.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { version } from "../bundled-file.ts";
import { AgentError } from "../error.ts";
import { buildExecutable } from "./executable.ts";
import { HOST } from "./node-binary.ts";
import { isTarget, TARGETS } from "./nodes.ts";

try {
  const { values } = parseArgs({
    options: {
      target: { type: "string", multiple: true },
      all: { type: "boolean" },
      out: { type: "string" },
    },
  });
  const folder = resolve(values.out ?? resolve(import.meta.dirname, "../../out"));
  for (const target of values.all ? TARGETS : (values.target ?? [HOST])) {
    if (!isTarget(target)) throw new AgentError("arguments/invalid", `expected one of ${TARGETS.join(", ")}`);
    const { file, bytes, node } = await buildExecutable(target, folder, version());
    console.log(`${file}: agent ${version()} with Node ${node}, ${(bytes / 1e6).toFixed(0)} MB`);
    if (target.startsWith("darwin")) console.log("  It must be signed on a Mac before it runs: codesign --sign - --force FILE");
  }
} catch (error) {
  if (!(error instanceof AgentError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
