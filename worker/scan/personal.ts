import { type CountryCode, findPhoneNumbersInText } from "libphonenumber-js/min";
import type { LineFinding } from "./finding.ts";

const EMAIL =
  /(?<![\p{L}\p{N}._%+'/:@=-]|\/\/[^\s/]{0,100})[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{L}{2,24}(?![\p{L}\p{N}@])/gu;
const LOOSE_EMAIL =
  /[\p{L}\p{N}_][\p{L}\p{N}._%+'-]{0,63}(?:#EXT#)?@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{L}{2,24}(?![\p{L}\p{N}@])/gu;
/** As it stands in addresses of pages. */
const ENCODED_EMAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}_][\p{L}\p{N}._+-]{0,63}%40[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{L}{2,24}(?![\p{L}\p{N}@])/giu;
/** Ends of names that are no domains: units of systemd, files. */
const NO_DOMAIN =
  /\.(?:service|socket|timer|mount|automount|target|slice|scope|device|swap|path|png|jpe?g|gif|svg|webp|js|mjs|ts|css|map|so|exe|dll|sys|json|ya?ml|xml|html?|md|txt|log|conf|cfg|ini|gz|tgz|zip)$/i;
/** Mailboxes of programs and not of people. */
const NO_PERSON =
  /^(?:git|hg|svn|root|no-?reply|do-?not-?reply|mailer-daemon|daemon|nobody|postgres|www-data|apache|nginx|mysql|systemd|ec2-user|ubuntu|pi)@/i;

export function findEmails(line: string, found: LineFinding[]): void {
  const seen = new Set<number>();
  for (const form of [EMAIL, LOOSE_EMAIL, ENCODED_EMAIL]) {
    for (const match of line.matchAll(form)) {
      const end = match.index + match[0].length;
      if (seen.has(end) || NO_DOMAIN.test(match[0]) || NO_PERSON.test(match[0])) continue;
      const before = line.slice(Math.max(0, match.index - 24), match.index);
      if (
        /(?:message-?id|\bmid)\W*$/i.test(before) ||
        /:\/\/[^\s/]*:?$/.test(line.slice(Math.max(0, match.index - 120), match.index))
      )
        continue;
      // A prompt of a shell, or where secure copy goes: an account of a machine.
      if (/^:(?:[~/]|\S*[#$])/.test(line.slice(end, end + 40))) continue;
      seen.add(end);
      found.push({ kind: "email", rule: "email", sure: "sure", start: match.index, end });
    }
  }
}

const TELEPHONE =
  /(?<!\p{L})(?:tel|tél|tel\.?nr|telephone\w*|telefon\w*|téléphone|teléfono|phone|ph|mobile|mob|mobil|mobilnr|mobilnummer|mobiltelefon|handynummer|handynr|festnetz|mobilephone|mobiel|telefoon\w{0,10}|cellulare|celular|numéro|numero|telefono|telefone|cell|cellphone|handy|fax|call(?:ed|ing|er|back)?|call me|ring|reach(?:ed)?|text(?:ed)?|sms|dial(?:ed|ing)?|whatsapp|hotline|office|number is|my number|rufnummer|rückruf|zurückrufen|zurück|ruf|anruf|portable|móvil|gsm|msisdn|callerid|pager|contact\s(?:number|no)|emergency\scontact|kontakt|erreichbar(?:\sunter)?|durchwahl|natel|direct\s(?:line|dial)|landline|switchboard|zentrale|ll[aá]m\w{2,6}|joignable|appel\w{0,3}|contattare|bellen|notfallkontakt|whats\s?app|phonenumber|puh|tlf|tfn|τηλ|тел|телефон|моб|電話|电话)(?!\p{L})/iu;
const DIAL = /(?<![\w.:/#-])(?:\+|00)?\(?\d[\d\s().\-/]{5,20}\d(?![\w])/;
const INTERNATIONAL = /(?:(?<![\w.])\+|%2B(?=\d))\d[\d\s().\-/]{6,20}\d(?!\w)/;
const AMERICAN = /(?<![\w.:/#@=-])(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w.-]*\d)/;

/** A word for telephones, and a number not far behind. */
const NAMED = new RegExp(`${TELEPHONE.source}[^\\d+]{0,25}?(${DIAL.source})`, "iu");
/** (03) 9555 1234: an area, in brackets, with the zero that is dialled before it. */
const EACH_AREA = /(?<![\w.)(/-]\s?)\(0\d{1,4}\)\s?\d{2,4}(?:[ -]\d{2,4}){1,3}(?!\w)/g;
const EACH_AMERICAN = new RegExp(AMERICAN, "g");
const EACH_INTERNATIONAL = new RegExp(INTERNATIONAL, "g");
const EACH_NAMED = new RegExp(NAMED, "giu");

/** @param countries whose way of writing telephone numbers is understood where a number has no country code. */
export function findPhones(line: string, countries: readonly CountryCode[], found: LineFinding[]): void {
  const isNamed = NAMED.test(line);
  if (!isNamed && !AMERICAN.test(line) && !INTERNATIONAL.test(line) && !line.includes("(0")) return;
  const places = new Set<number>();
  const add = (start: number, end: number, sure: LineFinding["sure"]) => {
    if (places.has(start)) return;
    places.add(start);
    found.push({ kind: "phone", rule: "phone", sure, start, end });
  };
  // Numbers that are kept free for samples are not valid, and yet somebody's in a record.
  for (const match of line.matchAll(EACH_AMERICAN)) {
    if (/[2-9]\d\d\D{0,2}[2-9]?\d\d\D\d{4}$/.test(match[0])) add(match.index, match.index + match[0].length, "likely");
  }
  for (const match of line.matchAll(EACH_INTERNATIONAL)) {
    const digits = match[0].replace(/\D/g, "").length;
    if (digits >= 9 && digits <= 15 && !/^\+\d{4}-\d\d-\d\d/.test(match[0]))
      add(match.index, match.index + match[0].length, "sure");
  }
  for (const match of line.includes("(0") ? line.matchAll(EACH_AREA) : []) {
    if (match[0].replace(/\D/g, "").length >= 8) add(match.index, match.index + match[0].length, "possible");
  }
  if (!isNamed) return;
  for (const country of countries) {
    for (const { startsAt, endsAt } of findPhoneNumbersInText(line, { defaultCountry: country, extended: false })) {
      const text = line.slice(startsAt, endsAt);
      const before = line.slice(0, startsAt);
      if (text.replace(/\D/g, "").length < 7 || /[\w.:/#=\\-]$/.test(before.replace(/\($/, ""))) continue;
      if (/^[1-9]\d{6,8}$/.test(text) && !/tel|phone|mob|fax|handy|ruf|gsm|msisdn|caller|sms|whats/i.test(before.slice(-40)))
        continue;
      if (isNoNumber(text) || !TELEPHONE.test(before.slice(-60))) continue;
      add(startsAt, endsAt, "likely");
    }
  }
  if (found.some(({ kind }) => kind === "phone")) return;
  for (const match of line.matchAll(EACH_NAMED)) {
    const number = match[1] ?? "";
    const digits = number.replace(/\D/g, "");
    if (digits.length < 7 || digits.length > 15 || isNoNumber(number)) continue;
    // A bare count needs a word that means nothing else.
    if (/^[1-9]\d{6,8}$/.test(number) && !/tel|phone|mob|fax|handy|ruf|gsm|msisdn|caller|sms|whats/i.test(match[0])) continue;
    const start = match.index + match[0].length - number.length;
    add(start, start + number.length, "possible");
  }
}

/** A date, a time, a version, a book. */
function isNoNumber(text: string): boolean {
  return (
    /\d{4}-\d\d-\d\d|\d{1,2}:\d\d|^97[89][- ]/.test(text) || (/^\d+(?:\.\d+){3,}/.test(text) && !/^\d\d(?:\.\d\d)+$/.test(text))
  );
}

const CARD = /(?<![\w.+/-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|3\d{3}([ -])\d{6}\2\d{4,5}|\d{13,19})(?![\w./-]*\d|[A-Za-z])/g;
const ISSUER =
  /^(?:4|5[1-5]|2(?:2[2-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|6(?:011|4[4-9]|5|2)|35(?:2[89]|[3-8])|50|5[6-8]|6[37])/;
const CARD_WORD =
  /card|visa|master|amex|american express|discover|payment|karte|carte|tarjeta|diners|jcb|maestro|kaart|carta|kk-nr|\bpan\b|\bcc(?:_|\b)|ccnum|billing|charge|expir|cvv|cvc/i;

/** What else is numbered by so many digits, with a check digit too. */
const NO_CARD =
  /(?:imei|imsi|iccid|meid|serial|serien|s\/n|order|auftrag|bestell|tracking|sendung|parcel|ean|gtin|upc)[\w .:#=-]{0,14}$/i;

export function findCards(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(CARD)) {
    if (NO_CARD.test(line.slice(Math.max(0, match.index - 24), match.index))) continue;
    const digits = match[0].replace(/\D/g, "");
    if (!ISSUER.test(digits) || !luhn(digits) || /^(\d)\1+$/.test(digits)) continue;
    const isWritten = match[0].length > digits.length || CARD_WORD.test(line);
    // One of ten numbers has the right check digit: a bare one may count something.
    if (!isWritten && digits.length !== 16 && digits.length !== 15) continue;
    found.push({
      kind: "payment-card",
      rule: "payment-card",
      sure: isWritten ? "sure" : "likely",
      start: match.index,
      end: match.index + match[0].length,
    });
  }
}

/** Luhn's check (ISO/IEC 7812-1, annex B). */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
  }
  return sum % 10 === 0;
}

const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/gi;

export function findIbans(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(IBAN)) {
    // A word after it may have been taken along: shorter ends are tried.
    for (let end = match[0].length; end >= 15; end--) {
      const iban = match[0].slice(0, end);
      if (/[ -]$/.test(iban) || /[A-Za-z0-9]/.test(match[0][end] ?? " ")) continue;
      const compact = iban.replace(/[ -]/g, "").toUpperCase();
      if (compact.length < 15 || compact.length > 34 || !mod97(compact)) continue;
      found.push({ kind: "iban", rule: "iban", sure: "sure", start: match.index, end: match.index + end });
      break;
    }
  }
}

/** ISO 13616: the number made of it has remainder 1 by 97. */
export function mod97(iban: string): boolean {
  let remainder = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) remainder = Number(`${remainder}${Number.parseInt(sign, 36)}`) % 97;
  return remainder === 1;
}

const SSN = /(?<![\w.-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])/g;
const SSN_WORD =
  /\b(?:ssn|ss#|social\s+security(?:\s+(?:number|no|nr|num))?|soc\.?\s?sec|itin|tax\s?id|tin)\b[^\d]{0,20}(\d{3}[- ]?\d{2}[- ]?\d{4})(?!\d)/gi;
const NATIONAL =
  /\b(?:ni(?:no)?|national\s+insurance)\b[^\n]{0,20}?\b([A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D])\b|\b(?:passport|reisepass|passeport|driver'?s?\s+licen[cs]e|driving\s+licen[cs]e|führerschein|personalausweis|id\s?card|steuer-?id|svnr|bsn|dni|nie|nhs)\b\s?(?:no|nr|number|num|nummer|n°|#)?[\s.:#is]{0,6}([A-Z0-9]{1,3}[ -]?\d[A-Z0-9 -]{4,14}\d[A-Z]?)(?![\w])/gi;

export function findSocialSecurityNumbers(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(SSN)) {
    if (match[1] === " " && !/\b(?:ssn|social)/i.test(line)) continue;
    found.push({ kind: "national-id", rule: "us-ssn", sure: "sure", start: match.index, end: match.index + match[0].length });
  }
}

export const NATIONAL_HINTS: readonly string[] =
  "ssn,ss#,social,soc,itin,tax,tin,ni,national,passport,reisepass,passeport,licen,hrerschein,personalausweis,id card,idcard,steuer,svnr,bsn,dni,nie,nhs".split(
    ",",
  );

/** Numbers of people that are known by the word before them. */
export function findNationalIds(line: string, found: LineFinding[]): void {
  for (const form of [SSN_WORD, NATIONAL]) {
    for (const match of line.matchAll(form)) {
      const value = match[1] ?? match[2] ?? "";
      const start = match.index + match[0].lastIndexOf(value);
      found.push({
        kind: "national-id",
        rule: form === SSN_WORD ? "us-ssn" : "national-id",
        sure: "likely",
        start,
        end: start + value.length,
      });
    }
  }
}

const BORN =
  /(?<!\p{L})(?:dob|d\.o\.b\.?|b-?day|birth\sdate|date[\s_-]?of[\s_-]?birth|birth[\s_-]?(?:date|day|dt)|born(?:\son)?|geb(?:oren|\.)?(?:\s(?:am|on))?|geburts(?:datum|tag)|date[\s_-]?(?:de[\s_-]?)?naissance|ddn|né(?:e)?\sle|(?:fecha\sde\s|f\.\s?)?nacimiento|nacid[oa]\sel|data\sdi\snascita|nat[oa]\sil|data\sde\snascimento|geboorte(?:datum|dag)|geboren\sop|fødselsdato|fødselsdag|født|födelse(?:datum|dag)|född|syntymä(?:aika|päivä)|data[\s_]urodzenia|ur(?:odzon[ya])?\.?(?=\s\d)|datum[\s_]narození|nar\.|dátum[\s_]narodenia|született|születési(?:\s(?:idő|dátum))?|data[\s_]na(?:ș|ş)terii|doğum[\s_]tarihi|дата[\s_]рождения|ημερομηνία\sγέννησης|生年月日|出生日期)/giu;
const MONTH = String.raw`(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|juin|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|maart|mrt|out|dez|stycz|lut|kwie|maj|czerw|lip|sierp|wrze|paźdz|listop|grud)\p{L}*\.?`;
const DATE = new RegExp(
  String.raw`(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[\d:.]{5,12}Z?)?|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\d{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?${MONTH}(?:\sde(?:l)?)?,?\s\d{4}|${MONTH}\s(?:19|20)\d{2}|\d{1,2}-${MONTH}-\d{2,4}|${MONTH}\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|(?:19|20)\d{6})(?!\d)`,
  "iu",
);

export const BIRTH_HINTS: readonly string[] =
  "*,dob,day,ddn,d.o.b,birth,born,geb,naiss, le ,nacimiento,nacid,nascita,nat,nascimento,geboor,dsels,født,födelse,född,syntym,urodz,ur. ,narozen,narodenia,nar.,szület,terii,tarihi,рождения,γέννησης,生年月日,出生日期".split(
    ",",
  );

/** A star before a date says born, in German files. */
const STAR = /(?<![^\s(,;])\*\s?(\d{1,2}\.\d{1,2}\.(?:19|20)\d{2})(?![\d.])/g;

export function findBirthDates(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(STAR)) {
    const end = match.index + match[0].length;
    found.push({ kind: "date-of-birth", rule: "date-of-birth", sure: "possible", start: end - (match[1] ?? "").length, end });
  }
  for (const match of line.matchAll(BORN)) {
    const from = match.index + match[0].length;
    const date = DATE.exec(line.slice(from, from + 40));
    if (date === null || date.index > 18) continue;
    found.push({
      kind: "date-of-birth",
      rule: "date-of-birth",
      sure: "sure",
      start: from + date.index,
      end: from + date.index + date[0].length,
    });
  }
}
