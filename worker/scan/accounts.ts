import type { LineFinding } from "./finding.ts";

/** Where names of accounts stand. The first group that took part is the name. */
const ACCOUNT = new RegExp(
  [
    // ACME\\jane: a domain begins no path, and no path goes on behind the name
    String.raw`(?<![\w\\:/.$%{}-])[A-Z][A-Z0-9-]{1,14}\\([A-Za-z][\w.$-]{0,40})(?![\w.$-]*[\\:])`,
    String.raw`\b[A-Z]:\\Users\\([^\\\s"'<>|:]{2,40})`,
    String.raw`(?<![\w.])/(?:home|Users)/([\w.-]{2,40})`,
    String.raw`\b(?:(?:account name|user ?name|benutzername|nom d'utilisateur)(?:\s{0,20}[:=]\s{0,8}|\s{2,30})|(?:sam ?account ?name|logged on user|owner|user)(?:\s{0,20}:\s{0,8}|\s?=\s?)|(?:login|logname|ruser)=)["']?(?:[\w-]+\\)?([A-Za-z][\w.$-]{1,40})(?![\w.$@-]*[\\@(=])`,
    String.raw`\b[ug]?id=\d+\(([\w.$-]{2,40})\)`,
    String.raw`\b(?:for|by|of) (?:invalid )?user ([A-Za-z][\w.$-]{1,40})`,
    String.raw`\b(?:password|publickey|keyboard-interactive(?:/pam)?) for (?!invalid)([A-Za-z][\w.$-]{1,40}) from `,
    // A shell's prompt
    String.raw`^\[?([a-z_][\w.-]{1,31})@[\w.-]{1,60}[: ][^\s]{0,80}\]?[$#>%](?:\s|$)`,
  ].join("|"),
  "gi",
);
const SYSTEM =
  /^(?:public|default|defaultuser\d*|all|shared|system|network|local|administrators?|users?|guest|gast|nt|root|-|authority|service|trustedinstaller|name|none|null|unknown|invalid|is|has|was|not|and|or|the|daemon|nobody|www-data|sshd|systemd[\w-]*|iusr|dwm-\d+|umfd-\d+)$/i;
/** What looks like a domain and begins a name in the registry, in a namespace or in a folder. */
const NO_DOMAIN =
  /^(?:HK(?:LM|CU|CR|U|CC|EY_\w+)|SOFTWARE|SYSTEM|SAM|SECURITY|Windows|WINNT|Program\w*|ProgramData|Users|Device|Registry|Machine|Microsoft|System32|NT|BUILTIN|root|PCI|USB|ACPI|HID|SCSI|STORAGE|SWD|ROOT|bin|obj|src|lib|drivers|Temp|App|Config|Global|Local|Session)\\/i;

/** A path with spaces goes on: `C:\\Program Files\\Exchange Server\\V15`. */
const PATH = /[\\/][^"'<>|:*?]*$/;

/** Names of accounts: in paths, behind a domain, and where logs name them. */
export function findAccounts(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(ACCOUNT)) {
    const value = (match.slice(1).find((part) => part !== undefined) ?? "").replace(/\.$/, "");
    if (value === "" || SYSTEM.test(value)) continue;
    if (match[1] !== undefined && (NO_DOMAIN.test(match[0]) || PATH.test(line.slice(0, match.index).slice(-80)))) continue;
    const start = match.index + match[0].lastIndexOf(value);
    found.push({ kind: "account", rule: "account", sure: "likely", start, end: start + value.length });
  }
}

const PRIVATE =
  /(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2})(?![\w]|\.\d)|(?<![\w:])(?:fe80|f[cd][0-9a-f]{2})(?::{1,2}[0-9a-f]{1,4}){1,7}(?![\w:])/gi;

/** Addresses within a network: RFC 1918, RFC 3927, RFC 4193, and link-local ones of IPv6. */
export function findPrivateAddresses(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(PRIVATE)) {
    found.push({
      kind: "private-address",
      rule: "private-address",
      sure: "sure",
      start: match.index,
      end: match.index + match[0].length,
    });
  }
}
