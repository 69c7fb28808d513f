import type { Pattern } from "./pattern.ts";
import { isPlaceholder } from "./placeholder.ts";
import { looksRandom } from "./random.ts";

const any = () => true;

/** Secrets that show themselves by their form, or by the address or header that holds them. */
export const SHAPES: readonly Pattern[] = [
  // Hashes of passwords, to be broken at leisure
  {
    rule: "crypt-hash",
    kind: "password-hash",
    sure: "sure",
    hints: ["$"],
    form: /(\$(?:1[ac]?|2[abxy]?|5|6|7|8|9|y|gy|apr1|argon2(?:id?|d)|sha1|pbkdf2[\w-]*|scrypt|P|H)\$[\w./+=,$-]{20,200})/,
    check: any,
  },
  {
    rule: "ldap-hash",
    kind: "password-hash",
    sure: "sure",
    hints: ["{s", "{md5", "{crypt"],
    form: /\{(?:S?SHA(?:256|384|512)?|SMD5|MD5|CRYPT)\}[\w+/=$.]{16,}/i,
    check: any,
  },
  {
    rule: "windows-hash",
    kind: "password-hash",
    sure: "sure",
    hints: [":"],
    form: /:\d{1,10}:([0-9a-f]{32}:[0-9a-f]{32}):/i,
    check: any,
  },
  {
    rule: "windows-hash",
    kind: "password-hash",
    sure: "likely",
    hints: ["ntlm", "nthash", "nt hash"],
    form: /\b(?:NTLM|NT ?hash)\s*[:=]\s*([0-9a-f]{32})\b/i,
    check: any,
  },
  {
    rule: "kerberos-hash",
    kind: "password-hash",
    sure: "sure",
    hints: ["$krb5"],
    form: /\$krb5(?:tgs|asrep)\$\S{20,}/i,
    check: any,
  },
  { rule: "cached-hash", kind: "password-hash", sure: "sure", hints: ["$dcc2$"], form: /\$DCC2\$[^\s]{20,200}/i, check: any },
  {
    // What ConvertFrom-SecureString and saved connections hold: it can be read again on the same machine.
    rule: "protected-data",
    kind: "password-hash",
    sure: "sure",
    hints: ["d08c9ddf0115d111", "aqaaanccnd8bfderjhoawe"],
    form: /\b01000000d08c9ddf0115d1118c7a00c04fc297eb[0-9a-f]{20,}|\bAQAAANCMnd8BFdERjHoAwE[\w+/=]{20,}/i,
    check: any,
  },
  {
    rule: "framework-hash",
    kind: "password-hash",
    sure: "sure",
    hints: ["pbkdf2_", "bcrypt_sha256"],
    form: /\b(?:pbkdf2_sha\d+|bcrypt_sha256)\$\S{20,}/,
    check: any,
  },
  // Recovery and licence keys
  { rule: "recovery-key", kind: "password", sure: "sure", hints: ["-"], form: /(?<![\d-])\d{6}(?:-\d{6}){7}(?![\d-])/, check: any },
  {
    rule: "product-key",
    kind: "token",
    sure: "likely",
    hints: ["-"],
    form: /(?<![\w-])[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}(?![\w-])/,
    check: (value) => /[A-Z]/.test(value) && /\d/.test(value),
  },
  {
    rule: "recovery-key",
    kind: "password",
    sure: "likely",
    hints: ["-"],
    form: /(?<![\w-])[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}(?![\w-])/,
    check: (value) => /[A-Z]/.test(value) && /\d/.test(value),
  },
  {
    rule: "app-password",
    kind: "password",
    sure: "sure",
    hints: ["app"],
    form: /\bapp(?:lication)?[ -](?:specific )?pass(?:word|code)?\b.{0,12}?\b([a-z]{4}(?: [a-z]{4}){3}|[a-z]{4}(?:-[a-z]{4}){3})\b/i,
  },
  // Options of commands
  {
    rule: "option",
    kind: "token",
    sure: "likely",
    hints: ["--", "-token", "-key", "-secret"],
    form: /(?<=\s)--?(?:[a-z]{1,20}-){0,6}(?:token|api-?key|secret|auth-?key|auth-?token|access-?key|cid|key)[ =]["']?([^\s"']{12,4000})/i,
    check: (value) => !isPlaceholder(value) && looksRandom(value, 12),
  },
  {
    rule: "option",
    kind: "token",
    sure: "possible",
    hints: [" -t "],
    form: /\s-t\s+["']?([\w+/]{40,2000}={0,2})(?=["'\s]|$)/,
    check: (value) => looksRandom(value, 40),
  },
  {
    rule: "option",
    kind: "token",
    sure: "likely",
    hints: ["cid"],
    form: /\bCID["']?[\s:=]{1,3}["']?([0-9A-F]{32}-[0-9A-F]{2})\b/i,
    check: any,
  },
  {
    rule: "wireguard-key",
    kind: "token",
    sure: "sure",
    hints: ["private-key", "preshared", "pre-shared", "privatekey"],
    form: /\b(?:private|pre-?shared)-?key\s*=?\s+["']?([A-Za-z0-9+/]{43}=)(?![\w+/=])/i,
    check: any,
  },
  {
    rule: "unseal-key",
    kind: "token",
    sure: "sure",
    hints: ["unseal", "root token"],
    form: /\b(?:unseal(?:\s+key)?(?:\s+\d{1,2})?|root\s+token)\s*[:=]?\s+([\w+/.-]{24,200}={0,2})(?![\w/])/i,
    check: (value) => looksRandom(value, 24),
  },
  {
    rule: "constant",
    kind: "token",
    sure: "sure",
    hints: ["define("],
    form: /\bdefine\(\s{0,4}["']\w{0,40}(?:KEY|SALT|PASS\w*|SECRET|TOKEN)["']\s{0,4},\s{0,10}(?:'((?:[^'\\]|\\.){8,400})'|"((?:[^"\\]|\\.){8,400})")/,
  },
  {
    // 64 bytes in base64, as keys of storage accounts are; so are digests, which are called so.
    rule: "key-of-64-bytes",
    kind: "token",
    sure: "likely",
    hints: ["=="],
    form: /(?<![\w+/=:-])[A-Za-z0-9+/]{86}==(?![\w=+/])/,
    unless: /sha-?512|integrity|digest|hash|checksum|signature/i,
    check: (value) => looksRandom(value, 80),
  },
  // What stands in addresses
  {
    rule: "address-password",
    kind: "connection",
    sure: "sure",
    hints: ["://"],
    form: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/"'<>]{0,120}:([^\s/"'<>]{1,200})@[\w[.%-]/i,
    check: (value) => !isPlaceholder(value) && !/^\d{1,5}$/.test(value),
  },
  {
    rule: "address-password",
    kind: "connection",
    sure: "sure",
    hints: ["://"],
    form: /\b(?:https?|git|ssh):\/\/([\w-]{20,250})@[\w.-]+/i,
    check: (value) => looksRandom(value, 20),
  },
  {
    rule: "address-signature",
    kind: "token",
    sure: "sure",
    hints: ["sig=", "signature="],
    form: /[?&;](?:sig|X-Amz-Signature|X-Goog-Signature|Signature)=([\w%+/=-]{20,600})/i,
  },
  {
    rule: "webhook",
    kind: "token",
    sure: "sure",
    hints: [
      "hooks.slack",
      "webhook.office",
      "discord",
      "logic.azure",
      "hooks.zapier",
      "chat.googleapis",
      "maker.ifttt",
      "hook.",
      "pagerduty",
      "hc-ping",
      "healthchecks",
    ],
    form: /\b(?:https?:\/\/)?(?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/[\w/+-]{20,}|[\w.-]{1,100}\.webhook\.office\.com\/webhookb2\/\S{40,}|outlook\.office(?:365)?\.com\/webhook\/\S{40,}|(?:\w{1,20}\.)?discord(?:app)?\.com\/api\/webhooks\/\d{10,}\/[\w-]{20,}|hooks\.zapier\.com\/hooks\/catch\/\d+\/\w+|maker\.ifttt\.com\/trigger\/\S{1,100}\/key\/[\w-]{10,}|hook\.\w{1,20}\.make\.com\/\w{20,}|events\.(?:eu\.)?pagerduty\.com\/integration\/\w{32}|hc-ping\.com\/[\w-]{20,})/i,
    check: any,
  },
  {
    rule: "webhook",
    kind: "token",
    sure: "likely",
    hints: ["/webhook", "/hook"],
    form: /https?:\/\/[\w.-]{3,100}\/(?:[\w-]{1,40}\/){0,4}(?:webhooks?|hooks?)\/(?:[\w@-]{1,80}\/){0,3}(?=[A-Za-z-]{0,60}\d)[\w-]{20,}/i,
    check: any,
  },
  // Headers
  {
    rule: "authorization",
    kind: "token",
    sure: "sure",
    hints: ["authorization", "bearer", "auth"],
    form: /\bAuthorization["']?\s*[:=,]\s*["']?(?:Bearer|Basic|Token|ApiKey|Api-Key|Negotiate|NTLM|SSWS|GenieKey|Splunk|Key|OAuth|Discogs token=|Klaviyo-API-Key)\s+([\w.~+/=:|-]{8,4000})/i,
  },
  {
    rule: "authorization",
    kind: "token",
    sure: "likely",
    hints: ["bearer"],
    form: /\bBearer\s+["']?([\w.~+/=-]{16,4000})/i,
    check: (value) => looksRandom(value, 16),
  },
  {
    rule: "authorization",
    kind: "token",
    sure: "likely",
    hints: ["basic "],
    form: /\bBasic\s+([A-Za-z0-9+/]{12,}={0,2})(?![\w/])/,
    check: isBasic,
  },
  {
    rule: "cookie",
    kind: "token",
    sure: "likely",
    hints: ["cookie"],
    form: /\bCookie["']?\s?[:=].{0,300}?(?<=[\s;"':])[\w.-]{0,30}(?:sess|sid|auth|token|remember|login)[\w.-]{0,30}=([\w%+/=.:-]{16,4000})/i,
    check: (value) => looksRandom(value, 16),
  },
  {
    rule: "address-key",
    kind: "token",
    sure: "likely",
    hints: ["?", "&"],
    form: /[?&](?:app_?id|api_?key|access_?key|subscription-key|code|key|k|token|auth|sid|secret|hash)=([\w.~+/-]{24,2000}={0,2})/i,
    check: (value) => looksRandom(value, 24),
  },
  {
    rule: "cookie",
    kind: "token",
    sure: "likely",
    hints: ["sess", "aspxauth", "connect.sid", "fedauth", "rtfa", "estsauth", "_gitlab"],
    form: /(?<!\w)(?:PHPSESSID|JSESSIONID|ASP\.NET_SessionId|\.ASPXAUTH|connect\.sid|FedAuth|rtFa|ESTSAUTH\w*|_gitlab_session|laravel_session|_session_id|wordpress_logged_in_\w+)=([\w%+/=.:-]{16,4000})/i,
    check: any,
  },
  {
    rule: "web-token",
    kind: "token",
    sure: "sure",
    hints: ["eyj"],
    form: /\b(?:eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}|eyJ[\w-]{10,}\.[\w-]{20,}\.[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{0,400}\.[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})/,
    check: any,
  },
  {
    // JSON in base64, as tokens of installations are
    rule: "web-token",
    kind: "token",
    sure: "possible",
    hints: ["eyj"],
    form: /(?<![\w+/.-])eyJ[\w+/-]{57,}={0,2}(?![\w.])/,
    check: any,
  },
  // Secrets in markup
  {
    // "adminPassword": { "value": "…" }
    rule: "nested-setting",
    kind: "password",
    sure: "sure",
    hints: ["value"],
    form: /["']?\w{0,40}(?:password|passwd|passphrase|pwd|secret)["']?\s?[:=]\s?\{\s?["']?value["']?\s?[:=]\s?["']([^"']{3,400})["']/i,
  },
  {
    rule: "markup-password",
    kind: "password",
    sure: "sure",
    hints: ["password", "passwd", "pwd", "secret"],
    form: /<(?:\w+:)?\w*(?:Password|Passwd|Passphrase|Pwd|Secret|sharedKey|keyMaterial)(?!sId\b)\w*(?:\s[^<>]{0,200})?>\s*(?:<Value>)?([^<>\s][^<>]{0,2000}?)\s*<\//i,
  },
  {
    rule: "markup-password",
    kind: "password",
    sure: "sure",
    hints: ["keymaterial"],
    form: /<(?:\w+:)?keyMaterial>([^<>]{1,300})</i,
  },
  {
    rule: "markup-password",
    kind: "password",
    sure: "sure",
    hints: ["value="],
    form: /<\w{0,20}(?:password|passwd|passphrase|pwd)\w{0,10}\s+value=["']([^"']{1,200})["']/i,
  },
  {
    rule: "markup-setting",
    kind: "password",
    sure: "sure",
    hints: ["value="],
    form: /\b(?:key|name)=["'][^"']{0,60}(?:password|passwd|pwd|secret|token|apikey|api[-_]key|connectionstring)[^"']{0,40}["']\s+value=["']([^"']{3,400})["']/i,
  },
];

/** user:password in base64. */
function isBasic(value: string): boolean {
  try {
    return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(atob(value));
  } catch {
    return false;
  }
}
