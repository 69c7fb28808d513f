/** Shannon's entropy of the characters, in bits a character. */
export function entropy(value: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

const GUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;
const VERSION = /^v?\d+(?:[.\-_]\d+)+(?:[.\-+][a-z]+\d*)*$/i;
const SID = /^S-1-\d+(?:-\d+)+$/;
const HEXADECIMAL = /^(?=.*\d)(?=.*[a-f])(?:[0-9a-f]{16,}|[0-9A-F]{16,})$/i;
/** Words joined by signs: a file, a host, a setting's name. */
const WORDS = /^(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4})(?:[._\-/\\:][A-Za-z]?[a-z]*|[._\-/\\:][A-Z]+|[._\-/\\:]\d{1,4})*$/;
/** Words written together, each with a capital: a type or a command. */
const CAMEL = /^(?:[A-Z]{1,4}[a-z]{2,}|[A-Z]{2,}|[a-z]{3,})(?:[A-Z]{1,4}[a-z]{2,}|[A-Z]{2,5}|\d{1,2})*$/;

/** Whether it is an identifier of a form of its own, which is random but no secret by itself. */
export function isIdentifier(value: string): boolean {
  return GUID.test(value) || VERSION.test(value) || SID.test(value);
}

/**
 * Whether it looks drawn at random, as tokens are, and not like words, names, paths, versions, or numbers that count something.
 * @param least how many characters it must have.
 */
export function looksRandom(value: string, least: number): boolean {
  if (value.length < least || value.length > 8192) return false;
  const digits = count(value, 48, 57);
  if (isIdentifier(value) || WORDS.test(value) || (digits <= 3 && CAMEL.test(value))) return false;
  const letters = count(value, 65, 90) + count(value, 97, 122);
  if (letters < 3) return false;
  if (digits === 0) return value.length >= 20 && entropy(value) >= 3.6 && changesOfCase(value) >= value.length / 4;
  if (digits === 1 && value.length < 12) return false;
  if (HEXADECIMAL.test(value)) return entropy(value) >= 2.6;
  // 16 different hexadecimal digits give 4 bits at the most, and short values less.
  return entropy(value) >= Math.min(3.2, Math.log2(value.length) - 0.9);
}

function count(value: string, from: number, to: number): number {
  let found = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit >= from && unit <= to) found++;
  }
  return found;
}

function changesOfCase(value: string): number {
  let changes = 0;
  for (let i = 1; i < value.length; i++) if (isUpper(value, i) !== isUpper(value, i - 1)) changes++;
  return changes;
}

function isUpper(value: string, at: number): boolean {
  const unit = value.charCodeAt(at);
  return unit >= 65 && unit <= 90;
}
