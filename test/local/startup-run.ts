import { registerHooks } from "node:module";
import { Script } from "node:vm";

/**
 * Evaluates a bundled Worker, as the platform does before the first request, and prints the milliseconds of CPU that it took; then those of a
 * program that is the same always, which tells how fast this machine is now.
 */
const CLOUDFLARE =
  "data:text/javascript,export class DurableObject {} export class WorkerEntrypoint {} export class RpcTarget {} export const env = {};";
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith("cloudflare:") ? { url: CLOUDFLARE, shortCircuit: true } : next(specifier, context),
});

// What the platform has at hand and Node loads when it is first asked for is no part of the Worker's start.
void [
  new TextDecoder(),
  new Request("https://start.test"),
  new Response(),
  new Headers(),
  crypto.subtle,
  WebSocket,
  CompressionStream,
];
await Promise.all(["crypto", "zlib", "path", "buffer", "async_hooks", "util"].map((name) => import(`node:${name}`)));

const before = process.cpuUsage();
const { default: worker } = (await import(process.argv[2] ?? "")) as { default?: { fetch?: unknown } };
const { user, system } = process.cpuUsage(before);
if (typeof worker?.fetch !== "function") throw new Error("expected a Worker that takes requests");
const yardstick = process.cpuUsage();
for (let i = 0; i < 5; i++) {
  const functions = Array.from({ length: 2_000 }, (_, n) => `function f${n}_${i}(a, b) { return { a, b, sum: a + b + ${n} }; }`);
  const calls = functions.map((_, n) => `f${n}_${i}(${n}, ${i})`);
  new Script(`${functions.join("\n")}\n[${calls.join(",")}].length`).runInThisContext();
}
const measured = process.cpuUsage(yardstick);
console.log((user + system) / 1000, (measured.user + measured.system) / 1000);
