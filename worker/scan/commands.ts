import { command, isGiven, type Pattern } from "./pattern.ts";
import { isPlaceholder } from "./placeholder.ts";

const password = (rule: string, hints: string[], source: string, flags?: string): Pattern => ({
  rule,
  kind: "password",
  sure: "sure",
  hints,
  form: command(source, flags),
  check: (value) => isGiven(value) && !/^(?:yes|no|true|false)$/i.test(value),
});

/** Manuals and messages speak of these commands: a word of a language is no password there. */
const device = (rule: string, hints: string[], source: string): Pattern => ({
  ...password(rule, hints, source),
  check: (value) => !isPlaceholder(value),
});

/** Passwords on command lines, as administrators type them: each program has its own place for them. */
export const COMMANDS: readonly Pattern[] = [
  // Windows
  password("net-user", ["net"], String.raw`\bnet1?(?:\.exe)?\s+user\s+(?:"[^"]+"|[^\s/]\S*)\s+(?!\*)ARGUMENT(?=\s|$)`),
  password("net-use", ["net"], String.raw`\bnet1?(?:\.exe)?\s+use\s+(?:(?:[a-z]:|\*)\s+)?\\\\\S+\s+ARGUMENT\s+\/u(?:ser)?:`),
  password("net-use", ["net"], String.raw`\bnet1?(?:\.exe)?\s+use\s.{0,200}?\/u(?:ser)?:(?:"[^"]+"|\S+)\s+ARGUMENT(?=\s|$)`),
  password(
    "switch",
    ["/p", "/rp", "/pass"],
    String.raw`(?<=\s)\/(?:p|pw|pwd|rp|pass|password|passwordd|passwordo|pd|po|userpassword|svcpassword|adminpassword)[:=]ARGUMENT`,
  ),
  password("schtasks", ["schtasks"], String.raw`\bschtasks(?:\.exe)?\s.{0,400}?\s\/r?p\s+ARGUMENT`),
  password("signtool", ["signtool"], String.raw`\bsigntool(?:\.exe)?\s.{0,300}?\s\/p\s+ARGUMENT`),
  password("psexec", ["psexec", "paexec", "winexe"], String.raw`\b(?:psexec|paexec)(?:64)?(?:\.exe)?\s.{0,300}?\s-p\s+ARGUMENT`),
  password("putty", ["-pw"], String.raw`\s-pw\s+ARGUMENT`),
  password(
    "sql-tools",
    ["sqlcmd", "bcp", "osql"],
    String.raw`\b(?:[Ss][Qq][Ll][Cc][Mm][Dd]|[Bb][Cc][Pp]|[Oo][Ss][Qq][Ll])(?:\.exe)?\s.{0,300}?\s-P(?!assword|ath|ort)\s*ARGUMENT`,
    "",
  ),
  password(
    "default-password",
    ["defaultpassword"],
    String.raw`DefaultPassword"?\s+(?:\/t\s+\S+\s+)?(?:\/d\s+)?(?:REG_SZ\s+)?ARGUMENT`,
  ),
  password("default-password", ["defaultpassword"], String.raw`DefaultPassword["']?\s+-Value\s+ARGUMENT`),
  password("rasdial", ["rasdial"], String.raw`\brasdial(?:\.exe)?\s+(?:"[^"]+"|\S+)\s+(?!\/)\S+\s+ARGUMENT`),
  password("bitsadmin", ["setcredentials"], String.raw`\/setcredentials\s+\S+\s+\S+\s+\S+\s+\S+\s+ARGUMENT`),
  password("certutil", ["certutil"], String.raw`\bcertutil(?:\.exe)?\s.{0,200}?\s-p\s+ARGUMENT`),
  password("ds-tools", ["-pwd"], String.raw`\s-pwd\s+(?!\*)ARGUMENT`),
  // PowerShell
  password(
    "secure-string",
    ["securestring"],
    String.raw`ConvertTo-SecureString\s+(?:-(?:AsPlainText|Force|af?)\s+)*(?:-String\s+|-S\s+)?(?!-)ARGUMENT`,
  ),
  password("secure-string", ["securestring"], String.raw`(?:"([^"]{1,200})"|'([^']{1,200})')\s*\|\s*ConvertTo-SecureString`),
  password(
    "network-credential",
    ["credential"],
    String.raw`(?:NetworkCredential|PSCredential)\]?(?:::new)?\s*\(\s*(?:"[^"]*"|'[^']*'|\$\w+)\s*,\s*(?:"([^"]{1,200})"|'([^']{1,200})')`,
  ),
  password(
    "parameter",
    ["pass", "pwd"],
    String.raw`(?<=\s)--?(?:[a-z]+[-_]?)?(?:password|passwd|passphrase|passcode|pass|pwd)[\s=:]+(?!-)ARGUMENT`,
  ),
  password("parameter", ["-pin"], String.raw`(?<=\s)--?(?:[a-z]+)?pin[\s=:]+(\d{4,12})(?=\s|$)`),
  // Linux and macOS
  password(
    "mysql",
    ["mysql", "mariadb"],
    String.raw`\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s(?:.{0,300}?\s)?-p(?!\s|ort|rotocol|ager|lugin)ARGUMENT`,
    "",
  ),
  password("sshpass", ["sshpass"], String.raw`\bsshpass\s+-p\s*ARGUMENT`),
  password(
    "stdin",
    ["sudo", "passwd", "--stdin", "--password-stdin", "cryptsetup", "kinit"],
    String.raw`\b(?:echo|printf)\s+(?:-[en]+\s+)*ARGUMENT\s*\|\s*(?:sudo\s+-\w*S|(?:sudo\s+)?passwd\s+--stdin|su\b|kinit|cryptsetup|\S+\s.{0,80}--password-stdin)`,
  ),
  password("stdin", ["<<<"], String.raw`\b(?:sudo\s+-\w*S|passwd|kinit|su)\b.{0,100}?<<<\s*ARGUMENT`),
  password(
    "chpasswd",
    ["chpasswd"],
    String.raw`\b(?:echo|printf)\s+(?:-[en]+\s+)*["']?[\w.-]+:([^\s"'|]{1,200})["']?\s*\|\s*(?:sudo\s+)?chpasswd`,
  ),
  password("htpasswd", ["htpasswd"], String.raw`\bhtpasswd\s+-\w*b\w*\s+(?:-\w+\s+)*(?:\S+\s+)?\S+\s+ARGUMENT\s*$`),
  password("user-percent", ["%"], String.raw`(?:-U|--user)[\s=]*["']?[\w.\\/-]+%([^\s"']{1,200})`),
  password("ldap-tools", ["ldap"], String.raw`\bldap(?:search|modify|add|delete|passwd|whoami)\s.{0,300}?\s-w\s+ARGUMENT`),
  password(
    "basic-user",
    ["curl", "wget", "http"],
    String.raw`\bcurl\b.{0,300}?\s(?:-u|--user|-U|--proxy-user)[\s=]*["']?[^\s:"'$]+:([^\s"']{1,200})`,
  ),
  password(
    "login",
    ["login"],
    String.raw`\b(?:docker|podman|az|helm|oc|ibmcloud|buildah|skopeo|cf)\s+(?:registry\s+)?login\s.{0,300}?\s-p\s+ARGUMENT`,
  ),
  password(
    "archive",
    ["7z", "7za", "rar", "zip"],
    String.raw`\b(?:7z[ar]?|unrar|rar)(?:\.exe)?\s.{0,200}?\s-h?p(?!assword)ARGUMENT`,
  ),
  password("archive", ["zip"], String.raw`\b(?:zip|unzip|zipcloak)\s.{0,200}?-P\s*ARGUMENT`, ""),
  password("openssl", ["pass:"], String.raw`\bpass:([^\s"']{1,200})`),
  password("keytool", ["storepass", "keypass"], String.raw`-(?:(?:src|dest)?storepass|(?:src|dest)?keypass)\s+ARGUMENT`),
  password("remote-desktop", ["rdesktop", "freerdp"], String.raw`\b(?:rdesktop|\w*freerdp)\s.{0,300}?\s[-/]p[:\s]\s*ARGUMENT`),
  password("wifi", ["wifi", "wpa_passphrase"], String.raw`\bwifi\s+connect\s.{0,100}?\spassword\s+ARGUMENT`),
  password("wifi", ["wpa_passphrase"], String.raw`\bwpa_passphrase\s+(?:"[^"]+"|'[^']+'|\S+)\s+ARGUMENT`),
  password("wifi", ["setairportnetwork"], String.raw`-setairportnetwork\s+\S+\s+(?:"[^"]+"|'[^']+'|\S+)\s+ARGUMENT`),
  password(
    "keychain",
    ["security"],
    String.raw`\bsecurity\s+(?:unlock-keychain|create-keychain|import|export)\s.{0,200}?-[pP]\s+ARGUMENT`,
  ),
  password("keychain", ["security"], String.raw`\bsecurity\s+add-(?:generic|internet)-password\s.{0,200}?-w\s+ARGUMENT`),
  password("dscl", ["dscl"], String.raw`\bdscl\s.{0,100}?-passwd\s+\S+\s+(?:\S+\s+)?ARGUMENT\s*$`),
  password(
    "mongo",
    ["mongo", "redis-cli"],
    String.raw`\b(?:mongo(?:sh|dump|restore|export|import)?|redis-cli)\s.{0,300}?\s(?:-p|-a)\s+ARGUMENT`,
  ),
  password(
    "impacket",
    [".py", "netexec", "crackmapexec", "evil-winrm", "nxc"],
    String.raw`\b(?:netexec|nxc|crackmapexec|evil-winrm)\s.{0,300}?\s-p\s+ARGUMENT`,
  ),
  password("ipmi", ["ipmitool", "racadm"], String.raw`\b(?:ipmitool|racadm)\s.{0,200}?\s(?:-P|-p)\s+ARGUMENT`, ""),
  password("usermod", ["usermod", "useradd"], String.raw`\b(?:usermod|useradd)\s.{0,200}?\s(?:-p|--password)[\s=]+ARGUMENT`),
  password("expect", ["send"], String.raw`\b(?:expect|spawn|interact)\b.{0,100}?\bsend\s+["']([^"'\\]{4,100})\\[rn]`),
  password("wifi", ["netsh"], String.raw`\bnetsh\s+wlan\s.{0,200}?\bkey(?:material)?=(?!clear\b)ARGUMENT`),
  {
    rule: "wifi",
    kind: "password",
    sure: "sure",
    hints: ["content", "inhalt", "contenu", "contenido"],
    form: /^\s*(?:Key Content|Schl\u00fcsselinhalt|Contenu de la cl\u00e9|Contenido de la clave)\s*:\s(\S.{0,62}\S)\s*$/i,
    check: (value) => !/^(?:absent|present|vorhanden|nicht vorhanden)$/i.test(value),
  },
  // Network devices
  device(
    "device-secret",
    ["secret", "password"],
    String.raw`\b(?:enable|username\s+\S+(?:\s+privilege\s+\d+)?|line|ip\s+ftp|ppp\s+(?:chap|pap\s+sent-username\s+\S+)|neighbor\s+\S+)\s+(?:algorithm-type\s+\S+\s+)?(?:secret|password)\s+(?:[0-9]\s+)?ARGUMENT`,
  ),
  password(
    "device-key",
    ["key"],
    String.raw`\b(?:crypto\s+isakmp\s+key|(?:tacacs|radius)(?:-server)?\s.{0,80}?\bkey|key-string|pre-shared-key|ikev[12]\s.{0,40}?pre-shared-key|wpa-psk\s+(?:ascii|hex)|authentication-key\s+\d+\s+md5)\s+(?:(?:local|remote|ascii-text|[0-9])\s+)*ARGUMENT`,
  ),
  password(
    "device-set",
    ["set "],
    String.raw`\bset\s+(?:psksecret|passwd|password|passphrase|secret|private-key-password|auth-pwd|priv-pwd|key)\s+(?:ENC\s+)?ARGUMENT`,
  ),
  password(
    "snmp-community",
    ["community", "snmp"],
    String.raw`\b(?:snmp-server\s+(?:community|host\s+\S+\s+(?:version\s+\S+\s+)?)|snmp(?:walk|get|bulkwalk|set|table)\s.{0,100}?-c)\s+ARGUMENT`,
  ),
  password("snmp-community", ["community"], String.raw`\bcommunity(?:\s+(?:string|name))?\s{0,3}[:=]\s{0,3}ARGUMENT`),
  // Settings given as a word of its own
  {
    rule: "configure",
    kind: "token",
    sure: "sure",
    hints: ["config", "setx", "secret"],
    form: command(
      String.raw`\b(?:aws\s+configure\s+set|setx|(?:npm|yarn|pnpm|git)\s+config\s+(?:--\w+\s+)*(?:set\s+)?|gh\s+secret\s+set\s.{0,60}?(?:-b|--body))\s*\S*(?:secret|token|password|auth|key)\S*\s+(?:\/m\s+)?ARGUMENT`,
    ),
    check: (value) => isGiven(value) && value.length >= 8,
  },
];
