import { isStrong } from "./assignment.ts";
import { type Pattern, password, passwordOrWord } from "./pattern.ts";

/** A word for a password in a language that puts no spaces between words, or whose letters `\b` doesn't know. */
const FOREIGN =
  "パスワード|パスフレーズ|暗証番号|密码|密碼|口令|비밀번호|암호|รหัสผ่าน|كلمة المرور|كلمة السر|סיסמה|סיסמא|пароль|пароля|паролю|κωδικός|κωδικος|mật khẩu|şifre|şifresi|şifreniz";

/** The word before a value in another script may be followed by a particle, and by the name of who it belongs to. */
const FOREIGN_GAP = String.raw`[^\s\x21-\x7e：]{0,10}(?:\s[^\s\x21-\x7e：]{1,14}){0,3}\s{0,3}(?:[(（][^()（）]{1,30}[)）]\s{0,2})?`;

/** Passwords, codes and answers in short notes, where no name of a setting stands before them. */
export const NOTES: readonly Pattern[] = [
  {
    ...password(
      "note",
      FOREIGN.split("|"),
      String.raw`(?:${FOREIGN})${FOREIGN_GAP}(?:[:：=]|->|は|是|为|為|-|это|είναι|là)?\s{0,3}[「『“"'«]?([\x21\x23-\x26\x28-\x7e]{4,64})`,
    ),
    sure: "likely",
    check: (value) => isStrong(value.replace(/[.,;)]+$/, "")),
  },
  {
    // Finnish says "on" for "is".
    ...password("note", ["salasana"], String.raw`\bsalasana\p{L}{0,4}\s(?:on|oli)\s{1,2}ARGUMENT`, "iu"),
    sure: "likely",
    check: isStrong,
  },
  {
    ...password("note", ["laps"], String.raw`\bLAPS\b[\w ]{0,24}(?:[:=]|->|\bis\b)\s{0,2}ARGUMENT(?=\s|$)`),
    check: (value) => isStrong(value) && value.length >= 8,
  },
  {
    // iDRAC: root/Dr@c2024   # admin:Dr@c2024
    ...passwordOrWord(
      "note",
      ["/", ":"],
      String.raw`(?:(?<=:\s)[A-Za-z][\w.@-]{1,30}\s{0,2}/|(?<![\w/\\.@:-])(?:admin|administrator|root|sa|ubnt|pi|cisco|operator|superuser):)\s{0,2}([^\s"'<>()/\\:=]{6,40})(?=$|[\s,;)])`,
    ),
    sure: "likely",
    check: (value) =>
      /\p{Ll}/u.test(value) &&
      /\p{Lu}/u.test(value) &&
      /\d/.test(value) &&
      /[!#$%^&*?~@]/.test(value.replace(/[.,;?]+$/, "")) &&
      !/^[#$]|@[\w-]+\./.test(value),
  },
  {
    // Drawn at random, as programs make them for people
    ...password(
      "made-up",
      ["!", "@", "#", "$", "%", "^", "&", "*"],
      String.raw`(?<=^|[\s"':=])([\w!@#$%^&*?~+-]{10,32})(?=["']?(?:[\s,;.]|$))`,
    ),
    sure: "possible",
    check: (value) =>
      new Set(value.replace(/[\w+-]/g, "")).size >= 2 &&
      /[a-z]/.test(value) &&
      /[A-Z]/.test(value) &&
      /\d.*\d/.test(value) &&
      !/^[\W_]|%[\dA-F]{2}|&\w+$|\w@\w+\W*$|\$\w{4}/.test(value),
  },
  {
    // u: admin p: Winter!23   usr=bob, pw=…   U/P: admin/Winter!23
    ...passwordOrWord(
      "note",
      ["u:", "u =", "u=", "un:", "un=", "usr", "user"],
      String.raw`(?<![\w/-])(?:u|un|usr|user|username|benutzer)\s?[:=]\s?[^\s,;|]{2,60}[\s,;|/]{1,4}(?:p|pw|pwd)\s?[:=]\s?ARGUMENT(?=\s|$|[,;])`,
    ),
    check: (value) => isStrong(value) && !/^[\d.]+$|^\W/.test(value),
  },
  {
    ...passwordOrWord(
      "note",
      ["u/p", "un/pw", "user/p", "usr/p"],
      String.raw`(?<![\w/-])(?:u\/p|un\/pw|user\/(?:pass|pw|password)|usr\/p\w{0,8})\s?[:=-]?\s{1,2}[^\s\/]{2,60}\s?\/\s?ARGUMENT`,
    ),
    check: (value) => value.length >= 4,
  },
  {
    // Wifi: ACME-Guest / guest2024   wifi key sunny55
    ...password(
      "note",
      ["wifi", "wi-fi", "wlan", "ssid"],
      String.raw`\b(?:wi-?fi|wlan|ssid)\b[\w -]{0,20}[:=]\s{0,2}["']?[\w][\w .-]{1,32}["']?\s{1,2}[/|,]\s{1,2}(?:(?:key|pw|pass\w{0,4}|psk)\s?[:=]?\s?)?ARGUMENT\s*$`,
    ),
    check: (value) => isStrong(value) && value.length >= 8,
  },
  {
    ...password(
      "note",
      ["wifi", "wi-fi", "wlan"],
      String.raw`\b(?:wi-?fi|wlan)[\s-](?:[\w-]{1,20}\s)?(?:key|code|schl\u00fcssel|cl\u00e9|clave|llave|sleutel|chiave|psk|pw|pass)(?:\s(?:is|ist|est|es|è|for\s\S{1,30}(?:\sis)?))?[\s:=]{1,3}ARGUMENT(?=[.,]?\s*$|[.,]\s)`,
    ),
    check: (value) => isStrong(value) && value.length >= 6,
  },
  {
    // code wifi : maison-1234
    ...password(
      "note",
      ["wifi", "wi-fi", "wlan"],
      String.raw`\b(?:key|code|cl\u00e9|clave|chiave|codice|c\u00f3digo|pass|pw)\s(?:du\s|de\sla\s|del\s|da\s|do\s|for\s(?:the\s)?)?(?:wi-?fi|wlan)\s?[:=]\s?ARGUMENT(?=\s|$)`,
    ),
    check: isStrong,
  },
  {
    // The answer to a question that stands for a password
    ...password(
      "answer",
      ["answer", "antwort", "ponse", "respuesta", "risposta", "resposta", "antwoord"],
      String.raw`\b(?:security|secret|sicherheits|geheim|challenge|recovery|recuperaci\w+|s\u00e9curit\u00e9|secr\u00e8te|seguridad|sicurezza|segreta|maiden|pet|school|mother)\w*\b.{0,100}?\b(?:answer|antwort|r\u00e9ponse|respuesta|risposta|resposta|antwoord)(?:\s(?:is|ist|est|es))?\s?(?:[:=>-]{1,2}|(?<=\b(?:is|ist|est|es)\s?))\s?(?:"([^"]{2,60})"|'([^']{2,60})'|([\p{L}\p{N}][^"'<>{}]{1,50}?))\s*[.,;]?\s*$`,
      "iu",
    ),
    sure: "likely",
  },
  {
    ...password(
      "answer",
      ["maiden"],
      String.raw`\bmaiden\s+name\s?(?:\?|:|=|is|was)\s{1,2}(?!answer)["']?(\p{Lu}[\p{L}'-]{1,40})["']?`,
      "u",
    ),
    sure: "likely",
  },
  {
    // security_answer=…
    ...passwordOrWord(
      "answer",
      ["answer"],
      String.raw`\b(?:security|secret|challenge)[\s_-]?(?:question[\s_-]?)?answer\d?["']?\s?[:=]\s?(?:"([^"]{2,60})"|'([^']{2,60})'|([^\s"'<>&,;]{2,60}))`,
    ),
    sure: "likely",
  },
  {
    // safe code 73-22-19   the combination to the safe is 12 34 56
    ...password(
      "code",
      ["code", "combination", "combo", "pin"],
      String.raw`\b(?:safe|alarm|door|gate|vault|lock|lockbox|key\s?safe|cabinet|locker|entry|panel|disarm|arm)\b[\w' ]{0,20}?\b(?:code|combination|combo|pin)\b(?:\s(?:for|to|of|at|on)(?:\s[\w'-]{1,15}){1,4}?)?\s?(?:[:=#-]|is(?:\snow)?|was|changed\sto|set\sto)?\s{0,2}(\d{4,8}[#*]?|\d{1,2}(?:[- ]\d{1,2}){2,3})(?![\d.:-])`,
    ),
    sure: "likely",
  },
  {
    ...password(
      "code",
      ["combination", "combo"],
      String.raw`\b(?:combination|combo)\b(?:\s(?:for|to|of|on)(?:\s[\w'-]{1,15}){1,4}?)?\s?(?:[:=]|is)\s{0,2}(\d{1,2}(?:[- ]\d{1,2}){2,3}|\d{4,6})(?![\d.:-])`,
    ),
    sure: "likely",
  },
  {
    // One of the codes that open an account when the second factor is lost
    ...password(
      "code",
      ["backup", "recovery", "scratch", "emergency"],
      String.raw`\b(?:backup|recovery|scratch|emergency|rescue)[\s-](?:(?:log|sign)[ -]?in\s|mfa\s|2fa\s)?codes?\b[^\d:=]{0,30}?[\s:=#]{1,4}((?:[a-z0-9]{4,6}-[a-z0-9]{4,6}|\d{4} ?\d{4}|[a-z0-9]{8,12})(?:(?:,\s?|\s)(?:[a-z0-9]{4,6}-[a-z0-9]{4,6}|\d{4} \d{4}|(?=[a-z]{0,11}\d)[a-z0-9]{8,12})){0,20})(?![\w-])`,
    ),
    sure: "likely",
    check: (value) => /\d/.test(value) && !/^(?:19|20)\d\d-?[01]\d/.test(value),
  },
  {
    // 482913 is your verification code
    ...password(
      "code",
      ["is your", "ist ihr", "ist dein", "est votre", "es tu ", "es su "],
      String.raw`(?<![\w.:-])(?:[A-Z]-)?(\d{4,8}|\d{3}[ -]\d{3})\s(?:is\syour|ist\s(?:ihr|dein)e?|est\svotre|es\s(?:tu|su))\s(?![^.]{0,40}?(?:reference|order|tracking|booking|ticket|promo|discount|voucher|zip|product|referral))[^\d.]{0,50}?(?:code|c\u00f3digo|otp|pin|passcode|password|kennwort)\b`,
    ),
    sure: "likely",
  },
  {
    // In Danish, Norwegian, Swedish and Finnish a code is also a password, where an account stands before it.
    ...password(
      "note",
      ["kode", "lösen", "kod", "koodi"],
      String.raw`(?:brugernavn|brukernavn|bruger|bruker|användar\w{0,5}|anv\.?namn|k\u00e4ytt\u00e4j\u00e4\w{0,8}|login|user\w{0,4}|u\u017eivatel|konto)(?!\p{L}).{1,60}?(?<!\p{L})(?:kode|kod|l\u00f6sen|koodi)\s?[:=]?\s{0,2}ARGUMENT`,
      "iu",
    ),
    sure: "likely",
    check: isStrong,
  },
  {
    // Several words, each of them plain
    ...password(
      "words",
      ["phrase", "encryption key", "backup key", "mnemonic", "recovery words"],
      String.raw`\b(?:pass[ -]?phrase|(?:seed|recovery|secret)[ -]phrase|mnemonic|(?:backup\s)?encryption\skey|backup\skey|recovery\swords)["']?(?:\s(?:for|of)(?:\s[\w-]{1,20}){1,3}?)?\s?(?:[:=]|is)\s{1,2}["']?([a-z]{2,12}(?:[ -][a-z]{2,12}){2,23})["']?\s*$`,
    ),
    check: (value) =>
      !/\b(?:the|must|be|been|not|is|are|was|in|on|at|for|to|and|or|of|with|by|no|yes|too|than|least|characters?|words?|required|missing|invalid|incorrect|wrong|stored|kept|safe|vault|manager|same|see|ask|please|should|will|has|your|it|this)\b/i.test(
        value,
      ),
  },
];
