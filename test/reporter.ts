import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends a run with one plain line, `N passed, N failed`, that other programs can read. It is written when the process exits,
 * since vitest prints errors outside of tests after every reporter is done.
 */
export default class TotalsReporter implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  constructor() {
    process.once("exit", (status) => {
      const failed = status !== 0 && this.failed === 0 ? 1 : this.failed;
      const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
      process.stdout.write(`\n${this.passed} passed, ${failed} failed${skipped}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.passed = 0;
    this.failed = unhandled.length;
    this.skipped = 0;
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") this.passed++;
        else if (state === "failed") failedHere++;
        else this.skipped++;
      }
      // A file or hook that breaks before its tests ran fails without a failed test: it counts as one.
      this.failed += failedHere === 0 && module.state() === "failed" ? 1 : failedHere;
    }
  }
}
