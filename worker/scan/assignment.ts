import type { LineFinding } from "./finding.ts";
import { isPlace, isPlaceholder } from "./placeholder.ts";
import { isIdentifier, looksRandom } from "./random.ts";
import { classify } from "./words.ts";

/** Where a name may be that says that a secret follows. */
const KEYWORD =
  /passw|passphrase|passcode|passkey|\bpass|pass\b|_pass|pass_|pwd|\bww\b|pw\b|\bpw_|psw|kennwort|passwort|mot de passe|\bmdp\b|contrase|\bclave\b|senha|wachtwoord|parola(?: d.ordine)?|has[łl]o|l[öo]senord|adgangskode|kodeord|passord|salasana|пароль|heslo|jelsz[óo]|geslo|lozinka|parool|slapta[žz]od|şifre|\bsifre|psk|palavra.passe|token|secret|key|auth|_pat\b|\bpat\b|credential|creds\b|\bsas\b|\bdsn\b|bearer|\bsig\b|hmac|\bsalt\b|\bpin\b|\botp\b|connection.?string/gi;

const BEFORE = /[\p{L}\p{N}_.-]{0,60}$/u;
const AFTER = /[\p{L}\p{N}_-]{0,40}/uy;
/** From a name to its value: `": "`, ` = `, ` => `, ` is `, ` (temporary): `, ` for jane: `. */
const SEPARATOR =
  /["'`\])}]{0,3}(?:\s{1,4}(?:for|of|von|vom|für|pour|para|del?|do|dla|till|för|til|voor|per|van)\s(?:(?:user|the|der|den|die|account|konto)\s)?[^\s:=]{1,60}(?:(?:\s(?!from|failed|expire|is\s|has|was|on\s|at\s|in\s|must|will|with|by\s)[^\s:=\d]{1,30}){1,2}(?=\s?[:=]\s))?)?(?:\s?\([^()]{1,40}\))?(?:\s(?:wifi|wi-fi|wlan|vpn|admin|root|router|nas|sql|server|portal|login|user|account|e-?mail|mail|temp|temporary|temporaire|provisoire|temporal|provisional|temporane[ao]|provvisori[ao]|tempor[áa]ri[ao]|provis[óo]ri[ao]|tijdelijk|tymczasowe|initial|default|current|guest|gast|invit[ée]s?|nuev[ao]|nuov[ao]|nov[ao]|actuel|actual|attuale|utente|usuario|utilisateur|benutzer|administrateur|administrador|neu|new|old|here|is|ist)(?=\s?[:=])){0,2}(?:\s{0,24}(?<sign>:{1,3}=|=>|->|===?|\?=|\|\||[:=,|>：→⇒➜➡])|\s(?<dash>-)\s|\s{1,4}(?<verb>is|was|are|ist|war|lautet|est|es|è|é|är|er|jest|je|este|hei(?:ß|ss)t|becomes|equals|now|to|with)(?![\p{L}\p{N}])|(?=\s))(?:\s{0,24})(?:(?:is|now|jetzt|nun)\s)?(?:[a-z]\w{0,15}\((?=["']))?(?:N(?='))?/iuy;
const LONGEST = 8000;
const SHORT = 96;
const VALUE = valueUpTo(LONGEST);
/** What is read of a value once a line has had its share: a line made of such names alone costs no more than its length. */
const SHORT_VALUE = valueUpTo(SHORT);
const SHARE = 4;

function valueUpTo(most: number): RegExp {
  const quoted = ['"', "'"].map((sign) => String.raw`${sign}((?:[^${sign}\\]|\\.){1,${most}})${sign}`);
  return new RegExp([...quoted, `\`([^\`]{1,${most}})\``, `([^\\s"'\`<>]{1,${most}})`].join("|"), "y");
}

/** Lines without any of these hold no such name. */
export const NAME_HINTS: readonly string[] =
  "palavra,pass,pwd,pw,ww,psw,kennwort,mot de,mdp,contrase,clave,senha,wachtwoord,parola,has,sen,adgangskode,kodeord,salasana,psk,_pat,pat,token,secret,key,auth,cred,sas,dsn,bearer,sig,hmac,salt,pin,otp,connection,пароль,heslo,jelsz,geslo,lozinka,parool,slapta,ifre".split(
    ",",
  );

/** Finds what is given to names such as `password`, `api_key` or `Client secret`, be it in settings, addresses, logs or prose. */
export function findAssignments(line: string, found: LineFinding[]): void {
  let from = 0;
  let share = SHARE * line.length;
  for (const match of line.matchAll(KEYWORD)) {
    if (match.index < from) continue;
    const begin = match.index - (BEFORE.exec(line.slice(Math.max(0, match.index - 60), match.index))?.[0].length ?? 0);
    AFTER.lastIndex = match.index + match[0].length;
    const end = AFTER.lastIndex + (AFTER.exec(line)?.[0].length ?? 0);
    from = end;
    const before = wordBefore(line, begin);
    const of = classify(line.slice(begin, end), before);
    // Of an assembly: it names a public key.
    if (of === undefined || (before === "key" && /public[ _-]?key[ _-]?$/i.test(line.slice(Math.max(0, begin - 16), begin))))
      continue;
    SEPARATOR.lastIndex = end;
    const separator = SEPARATOR.exec(line);
    if (separator === null) continue;
    const form = share > 0 ? VALUE : SHORT_VALUE;
    form.lastIndex = end + separator[0].length;
    const value = form.exec(line);
    if (value === null) {
      share -= 2048;
      continue;
    }
    share -= value[0].length;
    const one = judge(line, `${before} ${line.slice(begin, end)}`.trimStart(), begin, of, separator, value);
    if (one === undefined) continue;
    // What was read of it is not all of it.
    if (value[0].length >= (form === VALUE ? LONGEST : SHORT)) one.end = endOfWord(line, one.end);
    found.push(one);
    from = one.end;
  }
}

function endOfWord(line: string, from: number): number {
  let end = from;
  while (end < line.length && !/[\s"'`<>]/.test(line.charAt(end))) end++;
  return end;
}

/** The word before a name, where nothing but a space is between them. */
function wordBefore(line: string, begin: number): string {
  return /(?:^|[\s"'([{,;])([A-Za-z-]{1,20}) $/.exec(line.slice(Math.max(0, begin - 24), begin))?.[1] ?? "";
}

function judge(
  line: string,
  name: string,
  begin: number,
  of: "password" | "secret" | "key",
  separator: RegExpExecArray,
  match: RegExpExecArray,
): LineFinding | undefined {
  const group = match.slice(1).findIndex((part) => part !== undefined);
  const isQuoted = group < 3;
  let value = match[group + 1] ?? "";
  const start = match.index + (isQuoted ? 1 : 0);
  if (!isQuoted) value = bare(value, line[begin - 1] ?? "", of);
  if (value.length < 3 || isPlaceholder(value) || (isQuoted && /[:?]\s*$/.test(value) && /\s|^[A-Z]/.test(value))) return undefined;
  // ${DB_PASSWORD:?missing}
  if (line[begin - 1] === "{" && line[begin - 2] === "$" && /^[:?=+-]/.test(value)) return undefined;
  const { sign, dash, verb } = separator.groups ?? {};
  const place = { start, end: start + value.length };
  // secret=Spring-24: what stands alone under that name is a password.
  if (of === "secret" && sign === "=" && /^pre-?shared|secret(?:[-_]?key)?$/i.test(name) && isStrong(value) && !isPlace(value))
    return { kind: "password", rule: "assignment", sure: "likely", ...place };
  // JWT_SECRET=supersecretjwt: in an environment it is the secret itself, unless words joined by signs say where one is kept.
  if (
    of === "secret" &&
    sign === "=" &&
    /^[A-Z0-9_]*_SECRET(?:_KEY)?$/.test(name.replace(/^export /, "")) &&
    /^[a-z][a-z0-9]{7,}$/i.test(value)
  )
    return { kind: "password", rule: "assignment", sure: "possible", ...place };
  if (of !== "password") {
    // put("API_TOKEN", "…") assigns as well.
    const isPair = sign === "," && isQuoted && /^["']/.test(separator[0]);
    const strict = of === "key" || sign === undefined || (sign === "," && !isPair);
    if (isPlace(value) || !isToken(name, value, of, strict, isQuoted)) return undefined;
    return { kind: "token", rule: "assignment", sure: strict ? "possible" : "likely", ...place };
  }
  // A list of words, or nothing between: what looks like a password there is found as prose.
  if (isPlace(value) || (sign === "," && !(isQuoted && /^["']/.test(separator[0])))) return undefined;
  // psk "…", password '…'
  if (
    sign === undefined &&
    verb === undefined &&
    isQuoted &&
    isStrong(value) &&
    (!/\s/.test(value) || /passphrase|psk/i.test(name))
  )
    return { kind: "password", rule: "assignment", sure: "likely", ...place };
  if (sign === undefined && verb === undefined && (dash === undefined || !isStrong(value))) return undefined;
  const rest = line.slice(match.index + match[0].length).trim();
  if (!isQuoted && (verb !== undefined || (sign !== "=" && rest !== "")) && !isStrong(value)) {
    // the password is rosebud
    return /^(?:is|was)$/i.test(verb ?? "") && /^\.?$/.test(rest) && isUncommon(value)
      ? { kind: "password", rule: "assignment", sure: "possible", ...place }
      : undefined;
  }
  return { kind: "password", rule: "assignment", sure: verb === undefined ? "sure" : "likely", ...place };
}

/** A bare value without what belongs to the text around it. */
function bare(value: string, before: string, of: string): string {
  if (before === "?" || before === "&") return /^[^&#]*/.exec(value)?.[0] ?? "";
  const whole = of === "password" ? value.replace(/;(?=$|[\w ]{1,40}=).*$/, "") : value.replace(/[;,&].*$/, "");
  return whole.replace(/(?:[.,;:)\]}]|\\[nr])+$/, "");
}

/** What is given without a sign may be an identifier: not behind these. */
const NAMED_TOKEN = /(?:hec|api|auth|access|genie)[\s_-]?(?:token|key)$/i;

function isToken(name: string, value: string, of: "secret" | "key", strict: boolean, isQuoted: boolean): boolean {
  if (isIdentifier(value)) return of === "secret" && (!strict || NAMED_TOKEN.test(name)) && value.length >= 32;
  if (isQuoted && of === "secret" && !strict && /^\d{15,40}$/.test(value)) return true;
  const isWritten = isQuoted && of === "secret" && !/\s|^[$#%{(<]|[$#{]\{|%\(|\w\(/.test(value);
  if ((!isWritten && /[\\{}()[\]]/.test(value)) || /^\/|\|.*\||^.{0,40}==\d|@[0-9a-f]{6,8}$/.test(value)) return false;
  const token = value.replace(/^(?:Bearer|Basic|Token|SSWS|Key)\s+/i, "");
  if (strict && of === "secret" && token.length < 20)
    return looksRandom(token, 16) && /[a-z]/.test(token) && /[A-Z]/.test(token) && /\d.*\d/.test(token);
  return looksRandom(token, strict ? 20 : of === "key" ? 16 : 8);
}

/** What is said of passwords, and is none. */
const SAID =
  /(?:ed|ing|able|ible|ful|less|ous|ive|ory|al|ly|ant|ent|ere|ight|ise|ious|ic|ish|en|er|est|self|way|time|one|thing)$|^(?:enough|yours|mine|ours|gone|away|inside|outside|below|above|later|today|tomorrow|soon|again|twice|once|possible|common|simple|safe|unsafe|secure|insecure|public|private|visible|unknown|obvious|ready|right|short|upper|lower|fine|clear|weird|local|global|stale|complex|unique|equal|blank|overdue|useless|alright|invalid)$/i;

/** Whether a word at the end of a sentence is not one that says how or where a password is. */
function isUncommon(value: string): boolean {
  if (/^\p{L}{3,}(?:[-_]\p{L}{2,}){2,}$/u.test(value))
    return !/^(?:up|out|end|one|two|multi|case|site|machine|host|role|well|long|not|non|to|do)[-_]/i.test(value);
  return /^\p{L}{5,20}$/u.test(value) && !SAID.test(value);
}

/** Whether a word can hardly be one of a language: with digits or signs among letters, or capitals within. */
export function isStrong(value: string): boolean {
  if (value.length < 4 || isIdentifier(value)) return false;
  const letters = /\p{L}/u.test(value);
  const digits = /\d/.test(value);
  const signs = /[!@#$%^&*?+~=§€£]/.test(value);
  if (letters && (digits || signs))
    return !/^\d+(?:[smhd]|ms|min|[KMGT]i?B)$/i.test(value) && !/^[\w.-]+@[\w-]+\.[a-z]+$/i.test(value);
  return (digits && (signs || value.length >= 6)) || /\p{Ll}\p{Lu}/u.test(value);
}
