/**
 * Has a work done by one run after the other, so that no answer overtakes a later one. Whoever asks during a run gets the next one, which begins
 * after they asked; all who ask meanwhile share it.
 * @returns resolves or rejects as that run does.
 */
export function inTurn(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= current
      .catch(() => {})
      .then(() => {
        next = undefined;
        current = work();
        return current;
      });
    return next;
  };
}
