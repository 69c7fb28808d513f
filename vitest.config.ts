import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** By default a second: on a machine that does other things too, a page may need longer. */
const expect = { poll: { timeout: 20_000 } };
/** Tests start the product's programs some hundred times: their types are stripped, and they are compiled, once. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules", ".cache", "compiled") };

export default defineConfig({
  test: {
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      {
        // Many small files of pure functions: a worker for each would cost more than most of them.
        test: {
          name: "record",
          include: ["test/record/**/*.test.ts"],
          isolate: false,
          maxWorkers: 2,
          testTimeout: 60_000,
          expect,
          env,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/record/**",
            "test/worker/**",
            "test/browser/**",
            "test/e2e/**",
            "test/faults/**",
            "test/local/deploy.test.ts",
          ],
          // As above: nothing here changes what others see, and a process for each file took a fifth of the time.
          isolate: false,
          // By default one core of two stays idle.
          maxWorkers: 2,
          testTimeout: 60_000,
          expect,
          env,
          // From 1: vitest runs group 0 after all others.
          sequence: { groupOrder: 1 },
        },
      },
      "./vitest.worker.config.ts",
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/setup.ts"],
          // As above: a process for each file, and all of the product loaded into it, took a second a file.
          isolate: false,
          maxWorkers: 2,
          testTimeout: 120_000,
          expect,
          env,
          hookTimeout: 120_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // The real engine and real agents, killed again and again.
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          globalSetup: ["test/faults/setup.ts"],
          maxWorkers: 2,
          testTimeout: 60_000,
          expect,
          env,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // It starts the whole product and a browser. No more than one other file beside it: this and the faults wait for what really happens.
        test: {
          name: "e2e",
          // How much CPU a start takes is counted there, too.
          include: ["test/e2e/**/*.test.ts", "test/local/deploy.test.ts"],
          globalSetup: ["test/browser/setup.ts"],
          maxWorkers: 2,
          testTimeout: 60_000,
          expect,
          env,
          hookTimeout: 300_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
