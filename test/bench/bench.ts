export interface BenchOptions {
  entries: number | undefined;
  runs: number | undefined;
  /** Folder of another labelled set, for the bench that measures one. */
  set?: string | undefined;
}

/** Figures by name, and for some of them how large they may be, or have to be. */
export interface BenchResult {
  metrics: Record<string, number>;
  /** At most. */
  goals: Record<string, number>;
  /** At least. */
  least?: Record<string, number>;
}

export type Bench = (options: BenchOptions) => Promise<BenchResult>;

/** The bench can't be run as it was asked for. */
export class BenchError extends Error {}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
