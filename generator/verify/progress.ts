/** A line on the terminal, rewritten now and then: `verifying 12%`. Undefined when no person looks on. */
export function progressLine(doing: string): ((done: number, total: number) => void) | undefined {
  if (!process.stderr.isTTY) return undefined;
  let shown = -1;
  return (done, total) => {
    const percent = Math.floor((100 * done) / Math.max(1, total));
    if (percent === shown) return;
    shown = percent;
    process.stderr.write(percent === 100 ? "\r\x1b[K" : `\r${doing} ${percent}%`);
  };
}
