/** Longer words are cut: nobody types them, and they would fill the index with one-time terms. */
const WORD_LIMIT = 64;

const IPV4 = /(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\.?\d)/y;
const BEYOND_ASCII = /[\p{L}\p{N}\p{M}]/u;

/**
 * The words of a text, in order, in lower case: runs of letters and digits. An IPv4 address is one word. Single characters and
 * numbers of one or two digits are dropped: they are everywhere and tell nothing.
 */
export function tokenize(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  let digits = true;
  for (let i = 0; i <= text.length; ) {
    const code = text.codePointAt(i) ?? -1;
    const isDigit = code >= 48 && code <= 57;
    if (isDigit && start < 0 && text.charCodeAt(i - 1) !== 46) {
      IPV4.lastIndex = i;
      const address = IPV4.exec(text);
      if (address !== null && !isWordAt(text, IPV4.lastIndex)) {
        words.push(address[0]);
        i = IPV4.lastIndex;
        continue;
      }
    }
    if (isWordCode(code)) {
      if (start < 0) {
        start = i;
        digits = true;
      }
      digits &&= isDigit;
    } else if (start >= 0) {
      const length = i - start;
      if (length > 2 || (length === 2 && !digits)) words.push(fold(text.slice(start, i)));
      start = -1;
    }
    i += code > 0xffff ? 2 : 1;
  }
  return words;
}

/**
 * A word and those of its parts by which people also look for it: `kb5034441` as `5034441`, `0x80070005` as `80070005`, an
 * address by its longer numbers. For the index only; what is asked for stays whole.
 */
export function wordAndParts(word: string): string[] {
  if (word.includes(".")) return [word, ...word.split(".").filter((part) => part.length > 2)];
  const tail = /^(?:0x([0-9a-f]{4,})|[a-z]{1,8}(\d{4,}))$/.exec(word);
  const part = tail?.[1] ?? tail?.[2];
  return part === undefined ? [word] : [word, part];
}

function fold(word: string): string {
  const lower = word.slice(0, WORD_LIMIT).toLowerCase();
  // NFC alone would leave a cut surrogate pair; toWellFormed keeps index and query the same.
  return /^[\0-\x7f]*$/.test(lower) ? lower : lower.toWellFormed().normalize("NFC");
}

function isWordAt(text: string, at: number): boolean {
  return isWordCode(text.codePointAt(at) ?? -1);
}

function isWordCode(code: number): boolean {
  if (code < 0x80) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || (code >= 65 && code <= 90);
  return BEYOND_ASCII.test(String.fromCodePoint(code));
}
