import { isStrong } from "./assignment.ts";
import type { LineFinding } from "./finding.ts";
import { isPlace, isPlaceholder } from "./placeholder.ts";
import { isIdentifier } from "./random.ts";

const WORD = `(?:passwords?|passwort|passphrase|passcode|passwd|pass|pw|pwd|kennwort|mot de passe|mdp|contraseña|contrasena|clave|senha|wachtwoord|parola|hasło|lösenord|palavra-passe|login|logins|creds?|credentials|shared secret|secret|psk|pre-?shared key)`;
const SECRET = String.raw`["'“„«(]?([^\s"'“”„«»]{4,64})["'”“»)]?`;
const NAME = String.raw`["']?[\p{L}\p{N}._@\\-]{2,60}["']?`;

/** How people write passwords to each other. The first group is the password. */
const FORMS: readonly RegExp[] = [
  // creds: admin / Summer2024!   login is bob and Winter!23   user/pass bob/Winter!23
  String.raw`\b(?:log[ -]?ins?|log[ -]?on|creds?|credentials|sign[ -]?in|user(?:name)?\s?[/&+]\s?pass(?:word)?|zugangsdaten|anmeldung|identifiants|inlog(?:gen|gegevens)?|aanmelden|accesso|acceso|connexion|logga\sin|logowanie)\b\s?(?:details?|data|info)?\s?(?::|=|is|are|with|as|using|-|sind|ist|mit|met|con|avec)?\s{0,3}${NAME}\s{0,3}(?:/|:|\||,|;|\band\b|\bwith\b|\bund\b|\bmit\b|\bet\b|\s)\s{0,3}(?:(?:pass(?:word)?|pw|pwd)\b\s?[:=]?\s{0,2})?${SECRET}`,
  // reset it to Winter!23   changed the password for jane to Winter!23
  String.raw`\b(?:re-?set|changed?|set|updated?|switched|geändert|gesetzt|zurückgesetzt|cambiado|changé)\b.{0,60}?(?:\b(?:to|auf|a|en)\b[:\s]{1,3}|->\s{0,2}|→\s{0,2})${SECRET}`,
  // use Winter!23 as the password   try Winter!23
  String.raw`\b(?:use|try|enter|type|with|using|nimm|versuch)\b(?:\s(?:this|it|in))?[:\s]{1,3}${SECRET}`,
  // Winter!23 is the new password
  String.raw`(?:^|\s)${SECRET}\s(?:is|was|as|ist|for|für)\s(?:(?:the|your|my|his|her|their|our|new|old|temp|temporary|current|local|admin|wifi|das|dein|mein|ihr|neue|neues)\s){1,4}(?:\w+\s)?${WORD}`,
  // password Winter!23   pw for jane Winter!23   pw = … is found by its name
  String.raw`\b${WORD}\b(?:\s(?:for|von|für|pour|de)\s${NAME})?[\s:>-]{1,4}${SECRET}`,
  // rdp password remote1
  String.raw`\b(?:passwords?|passwort|passphrase|passwd|pw|kennwort|wachtwoord)\s["']?(?<short>[^\s"']{6,7})["']?$`,
  // password should be / will be / has been set to / might be Winter!23
  String.raw`\b${WORD}\b[^.;]{0,60}?(?<![\p{L}])(?:be|to|is|was|it['’]s|now|still|ist|war|lautet|est|es|é|è|är|er|jest)(?![\p{L}])[:\s]{1,3}(?:(?:now|still|jetzt|nun|maintenant|ahora)\s)?${SECRET}`,
  // it's Winter!23 (her password)
  String.raw`\bit['\u2019]s\s${SECRET}`,
].map((source) => new RegExp(source, "giu"));

/** admin / Winter!23, root/Winter!23: accounts that come with a machine. */
const BUILT_IN = new RegExp(
  String.raw`(?<![\w/\\.-])(?:admin|administrator|root|sa|ubnt|pi|cisco|service|operator|superuser)\s{0,2}/\s{0,2}${SECRET}(?=$|[\s,;)])`,
  "giu",
);

/** Lines without any of these are about no password. */
export const PROSE_HINTS: readonly string[] =
  "pass,pw,kennwort,mot de,mdp,contrase,clave,senha,wachtwoord,parola,hasł,palavra,secret,psk,shared key,sen,login,log in,log-in,logon,log on,cred,sign in,sign-in,signin,zugang,anmeld,identifiant,inlog,aanmeld,acces,connexion,logga,logowan,code,pin,otp".split(
    ",",
  );
export const BUILT_IN_HINTS: readonly string[] =
  "admin/,admin /,administrator/,administrator /,root/,root /,sa/,sa /,ubnt/,ubnt /,pi/,pi /,cisco/,cisco /,service/,service /,operator/,operator /,superuser/,superuser /, / , | ".split(
    ",",
  );
export const MADE_UP_HINTS: readonly string[] = "!,#,$,%,&,*,§,€".split(",");
export const RESET_HINTS: readonly string[] =
  "->,→,=>,set it,set his,set her,set their,set that,set him,set them,in with,on with".split(",");

const HINT =
  /pass|\bpw|pwd|kennwort|mot de|mdp|contrase|clave|senha|wachtwoord|parola|hasło|lösenord|log[ -]?in|log[ -]?on|cred|sign[ -]?in|zugang|anmeld|inlog|aanmeld|acces+o|connexion|logga|logowan|identifiant|palavra|secret|psk|shared key/iu;
/** jane@acme.example / Winter!23, ACME\jane / Winter!23 */
const ACCOUNT = new RegExp(
  String.raw`(?<![\w.\\@-])(?:[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}|[A-Za-z][\w.-]{0,30}\\[\w.$-]{1,40})\s{0,2}[/|]\s{1,2}${SECRET}(?=$|[\s,;)])`,
  "giu",
);
/** Who says that he has reset it says to what, without the word. */
const RESET = new RegExp(
  String.raw`\b(?:re-?)?set\s(?:it|his|hers?|theirs?|that|him|them)\s(?:back\s)?to[:\s]{1,3}${SECRET}|\bre-?set\b.{0,60}?(?:->|→|=>)\s{0,2}${SECRET}|\blog(?:ged|ging)?\s?(?:in|on)\swith\s(?=\S*[!#$%&*§€])${SECRET}`,
  "giu",
);
/** A word of letters, digits and at least one of the signs that people put into passwords. */
const MADE_UP = /(?<![^\s"'(„“»:])[\p{L}\d](?=[\p{L}\d._-]{0,30}[!#$%&*§€])[\p{L}\d._!#$%&*§€-]{7,31}(?![^\s"').,;?“”«])/gu;
/** A version, a class within another, a cell of a table, a file, a pattern, a share. */
const NO_PASSWORD = /^\d+(?:\.\d+)|\w\$[A-Za-z]|![A-Z]{1,2}\d+$|\.[a-z]{2,4}$|\w\*\w|^\d+%/;
/** The code of a phone or a door, and not of an error or a country. */
const CODE =
  /(?<!(?:error|exit|status|return|http|response|result|event|reason|stop|country|area|postal|zip|product|item|source|bar|colou?r|build)[ -])\bcode\b(?:\s[\p{L}-]{1,15}){0,6}?\s(?:is|ist|lautet)\s(\d{4,8})(?![\d.:-])/giu;
const PIN =
  /\b(?:(?:verification|security|access|door|alarm|safe|gate|sms|2fa|mfa|authenticator|authentication|one[- ]time|login|log-in|unlock|confirmation|pairing|voicemail|sign-in|admin|screen|phone|tablet|bitlocker|badge|entry|backup|recovery)[ -](?:code|pin)|\bPIN\b|passcode|otp|totp)(?:\s(?:for|of|f\u00fcr|vom|du|de)(?:\s[\p{L}\p{N}.-]{1,20}){1,3}?)?(?:\s(?:is|was|ist|lautet|est|es|code|number)){0,2}\s?[:=#]?\s{0,2}(\d{4,8}[#*]?|\d{3}[- ]\d{3})(?![\d.:-])/giu;

/** Finds passwords in what people write to each other. What is not among names of settings has to look like a password. */
export function findInProse(line: string, found: LineFinding[]): void {
  for (const match of [...line.matchAll(PIN), ...line.matchAll(CODE)]) {
    const digits = match[1] ?? "";
    const start = match.index + match[0].length - digits.length;
    found.push({ kind: "password", rule: "prose", sure: "likely", start, end: start + digits.length });
  }
  if (!HINT.test(line)) return;
  for (const form of FORMS) for (const match of line.matchAll(form)) add(line, match, found);
}

/** Finds what stands behind the name of an account that comes with a machine. */
export function findBuiltIn(line: string, found: LineFinding[]): void {
  for (const form of [BUILT_IN, ACCOUNT]) for (const match of line.matchAll(form)) add(line, match, found);
}

/**
 * Finds what can hardly be anything but a password that a person made up: letters large and small, digits and a sign in one word, which is
 * no number of a ticket, no name and no expression.
 */
export function findMadeUp(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(MADE_UP)) {
    const value = match[0].replace(/[.?]$/, "");
    if (!/\p{Ll}/u.test(value) || !/\p{Lu}/u.test(value) || !/\d/.test(value) || !isPassword(value)) continue;
    if (NAMED.test(value.replace(/[!?.]+$/, "")) || NO_PASSWORD.test(value)) continue;
    if (!/\p{L}{3}/u.test(value) || /^\p{L}+[#&]\d+$|^[A-Z]{2,}[a-z]?[#&]|%[\dA-Fa-f]{2}|&\w+$/u.test(value)) continue;
    found.push({ kind: "password", rule: "made-up", sure: "possible", start: match.index, end: match.index + value.length });
  }
}

/** Finds what somebody says he has set it to. */
export function findReset(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(RESET)) add(line, match, found);
}

/** Finds the password in a message of a few words that answers one about a password. */
export function findAnswer(line: string, found: LineFinding[]): void {
  if (line.trim().split(/\s+/).length > 6) return;
  for (const match of line.matchAll(/(?:^|\s)["']?([^\s"']{6,64})["']?(?=$|[\s.,])/g)) add(line, match, found);
}

/** Whether a message asks for a password or speaks of one. */
export function speaksOfPassword(message: string): boolean {
  return HINT.test(message);
}

function add(line: string, match: RegExpMatchArray, found: LineFinding[]): void {
  const value = (match[1] ?? match[2] ?? match[3] ?? match.groups?.short ?? "").replace(/[.,;:)]+$/, "");
  const least = match.groups?.short === undefined ? 8 : 6;
  if (!isPassword(value, least)) return;
  const start = line.indexOf(value, match.index ?? 0);
  if (start >= 0) found.push({ kind: "password", rule: "prose", sure: "likely", start, end: start + value.length });
}

/** A name of a machine, a product, a file, a place, an update, a moment: with digits, too. */
const NAMED =
  /^(?:KB\d{6,7}|0x[0-9a-f]+|(?:win|windows|attempt|try|reset|node|page|screen|script|stage|task|policy|group|site|tab|form|sheet|chrome|firefox|edge|safari|android|ios|iphone|ipad|outlook|teams|excel|beta|server|office|sql|exchange|vm|pc|ws|srv|dc|host|lab|port|tcp|udp|ssh|http|ipv|vlan|eth|usb|com|lpt|disk|hd|sd|tls|sha|md|rev|build|v|event|id|user|code|error|step|line|row|phase|day|week|room|level|q)[-_ ]?\d+\w{0,3}|\d+(?:st|nd|rd|th|am|pm|x|%|[hms]|min|GB|MB|KB|TB|kbps|Mbps|Hz|GHz|px)|[\w.-]+\.[a-z][a-z0-9]{1,3}|[\w.+-]+@[\w.-]+|\S*\\\S*|\S+\/\S+|\S*:\S*:\S*|\d{1,4}([./:-])\d{1,2}\1?\d{0,4}\S*|\d+(?:\.\d+)*|[#@]\S+|\S+=\S*|\S+\(\S*|\d+x\d+)$/i;
const MACHINE = /^[A-Z]{2,}[A-Z0-9]*(?:-[A-Z0-9]+)+$/;

/** @param least how long one must be that has no more than two kinds of characters. */
function isPassword(value: string, least = 8): boolean {
  if (value.length < 6 || isPlaceholder(value) || isPlace(value) || isIdentifier(value)) return false;
  if (/:\/\/|\w\/\w.*[/?].*=/.test(value)) return false;
  const has = { upper: /\p{Lu}/u, lower: /\p{Ll}/u, digit: /\d/, sign: /[!@#$%^&*?+~\u00a7\u20ac\u00a3]/ };
  const digit = has.digit.test(value);
  const letter = /\p{L}/u.test(value);
  // P@ssw0rd is no address: those have a dot behind the sign, or no capitals and digits.
  const isMarked =
    digit &&
    letter &&
    (/[!#$%^&*?~\u00a7\u20ac\u00a3]/.test(value) ||
      (has.upper.test(value) && /^[^@\\/:]+@(?![A-Z]{2,}[\dA-Z-]*$)[^@.\\/:]+$/.test(value)));
  if (MACHINE.test(value) || (NAMED.test(value) && !isMarked)) return false;
  const kinds = Object.values(has).filter((one) => one.test(value)).length;
  return kinds >= 3 || (kinds === 2 && digit && letter && value.length >= least && isStrong(value));
}
