/** So many words at most are tried for a mistyped one. */
const MOST = 8;

/**
 * The words that a mistyped one was probably meant for, the nearest first, with the number of letters by which they differ.
 * @param words all that are known.
 */
export function similarWords(words: readonly string[], mistyped: string, most: number): { word: string; distance: number }[] {
  const found: { word: string; distance: number }[] = [];
  if (most === 0) return found;
  const distance = distanceTo(mistyped, most);
  for (const word of words) {
    const letters = distance(word);
    if (letters > 0 && letters <= most) found.push({ word, distance: letters });
  }
  return found
    .sort(
      (a, b) => a.distance - b.distance || Math.abs(a.word.length - mistyped.length) - Math.abs(b.word.length - mistyped.length),
    )
    .slice(0, MOST);
}

/** Levenshtein distance to a word; whatever is more than `most` is given as `most + 1`. */
export function distanceTo(to: string, most: number): (word: string) => number {
  let before = new Uint8Array(to.length + 1);
  let now = new Uint8Array(to.length + 1);
  return (word) => {
    if (Math.abs(word.length - to.length) > most) return most + 1;
    for (let j = 0; j <= to.length; j++) before[j] = j;
    for (let i = 1; i <= word.length; i++) {
      const code = word.charCodeAt(i - 1);
      now[0] = i;
      let least = i;
      for (let j = 1; j <= to.length; j++) {
        const changed = (before[j - 1] as number) + (code === to.charCodeAt(j - 1) ? 0 : 1);
        const cost = Math.min(changed, (before[j] as number) + 1, (now[j - 1] as number) + 1);
        now[j] = cost;
        if (cost < least) least = cost;
      }
      if (least > most) return most + 1;
      [before, now] = [now, before];
    }
    return Math.min(before[to.length] as number, most + 1);
  };
}
