import { defineConfig } from "vitest/config";

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
          // By default one core of two stays idle.
          maxWorkers: 2,
          testTimeout: 60_000,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // The real engine and real agents, killed again and again: alone, so that what is slow here is slow for its own reasons.
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
      {
        // Alone at the end: it starts the whole product and a browser, and its time limits should not depend on the others.
        test: {
          name: "e2e",
          // How much CPU a start takes is counted there, too.
          include: ["test/e2e/**/*.test.ts", "test/local/deploy.test.ts"],
          globalSetup: ["test/browser/setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
