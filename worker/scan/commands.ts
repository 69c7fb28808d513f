import { isStrong } from "./assignment.ts";
import { command, isGiven, type Pattern, password, passwordOrWord } from "./pattern.ts";
import { isPlace } from "./placeholder.ts";

/** Programs to which -p means something else beside -u. */
const NOT_OF_USERS =
  /\b(?:mysql\w*|mariadb\S*|psql|pg_\w+|journalctl|ssh|scp|sftp|nmap|ps|lsof|top|tar|mkdir|cp|rsync|git|kubectl|compose|(?:docker|podman)\s+(?:run|exec|create))\b/;

/** No port, address, path or setting. */
function isPlausible(value: string): boolean {
  return isGiven(value) && !isPlace(value) && !/^[\d.:,/-]+$|^[A-Z]\w+=|^(?:0x\w+|[.~]?\/.*)$/.test(value);
}

/** Passwords on command lines, as administrators type them: each program has its own place for them. */
export const COMMANDS: readonly Pattern[] = [
  // Windows
  password(
    "net-user",
    ["net"],
    String.raw`\bnet1?(?:\.exe)?\s+user\s+(?:\/\S+\s+){0,4}(?:"[^"]+"|[^\s/]\S*)\s+(?:\/\S+\s+){0,4}(?![*/])ARGUMENT(?=\s|$)`,
  ),
  password(
    "net-use",
    ["net"],
    String.raw`\bnet1?(?:\.exe)?\s+use\s+(?:(?:[a-z]:|\*)\s+)?(?:\\\\\S+|"\\\\[^"]+")\s+(?:\/\S+\s+){0,3}(?!\/)ARGUMENT\s+\/u(?:ser)?:`,
  ),
  password("net-use", ["net"], String.raw`\bnet1?(?:\.exe)?\s+use\s.{0,200}?\/u(?:ser)?:(?:"[^"]+"|\S+)\s+ARGUMENT(?=\s|$)`),
  password(
    "switch",
    ["/p", "/rp", "/pass"],
    String.raw`(?<!\S)\/(?:p|pw|pwd|rp|pass|password|passwordd|passwordo|pd|po|userpassword|svcpassword|adminpassword)[:=]ARGUMENT`,
  ),
  password("schtasks", ["schtasks"], String.raw`\bschtasks(?:\.exe)?\s.{0,400}?\s\/r?p\s+ARGUMENT`),
  password("signtool", ["signtool"], String.raw`\bsigntool(?:\.exe)?\s.{0,300}?\s\/p\s+ARGUMENT`),
  password("psexec", ["psexec", "paexec", "winexe"], String.raw`\b(?:psexec|paexec)(?:64)?(?:\.exe)?\s.{0,300}?\s-p\s*ARGUMENT`),
  password("putty", ["-pw"], String.raw`\s-pw\s+ARGUMENT`),
  password(
    "default-password",
    ["defaultpassword"],
    String.raw`DefaultPassword"?\s+(?![:=])(?:\/t\s+\S+\s+)?(?:\/d\s+)?(?:REG_SZ\s+)?(?!REG_SZ)ARGUMENT`,
  ),
  password("default-password", ["defaultpassword"], String.raw`DefaultPassword["']?\s+-Value\s+ARGUMENT`),
  password("rasdial", ["rasdial"], String.raw`\brasdial(?:\.exe)?\s+(?:"[^"]+"|\S+)\s+(?!\/)\S+\s+ARGUMENT`),
  password("bitsadmin", ["setcredentials"], String.raw`\/setcredentials\s+\S+\s+\S+\s+\S+\s+\S+\s+ARGUMENT`),
  password("certutil", ["certutil"], String.raw`\bcertutil(?:\.exe)?\s.{0,200}?\s-p\s+ARGUMENT`),
  password(
    "autologon",
    ["autologon"],
    String.raw`(?:^|[>\\/&]\s{0,2}|\.exe\s)autologon(?:64)?(?:\.exe)?\s+(?:[-/]accepteula\s+)?(?![-/])\S+\s+\S+\s+ARGUMENT`,
  ),
  password("winrs", ["winrs"], String.raw`\bwinrs(?:\.exe)?\s.{0,200}?\s[-/]p(?:assword)?:ARGUMENT`),
  password("ds-tools", ["-pwd"], String.raw`\s-pwd\s+(?!\*)ARGUMENT`),
  // PowerShell
  password(
    "secure-string",
    ["securestring"],
    String.raw`ConvertTo-SecureString[\s(]+(?!\d{1,9}(?:\.\d{1,9}){1,6}(?:\s|$))(?:-(?:AsPlainText|Force|af?)\s+){0,4}(?:-String\s+|-S\s+)?(?!-)ARGUMENT`,
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
    String.raw`(?<!\S)(?!-p[a-z]*pass\s)--?(?:[a-z]+[-_]?)?(?:password|passwd|passphrase|passcode|pass|pwd)(?:\s{1,2}|\s?[=:]\s?)(?!-|(?:name|password|string|value)(?:\s|$))ARGUMENT`,
  ),
  {
    ...passwordOrWord(
      "call",
      ["("],
      String.raw`\b(?!get|read|prompt|ask|input|enter|check|verify|valid|is|has|find|hash|require|need|forgot|show|use)\w{0,30}(?:password|passwd|passphrase)\s{0,2}\(\s{0,2}(?:["'][^"']{1,80}["']\s{0,2},\s{0,2})?(?:"([^"]{1,200})"|'([^']{1,200})')\s{0,2}\)`,
    ),
    hints: ["password(", "passwd(", "passphrase(", "password (", "passwd (", "passphrase ("],
  },
  {
    // An account and its password as the arguments of a call
    ...password(
      "call",
      ["\\"],
      String.raw`["'][A-Za-z][\w.-]{0,60}\\{1,2}[\w.$-]{1,60}["']\s{0,3},\s{0,3}(?:"([^"]{3,200})"|'([^']{3,200})')`,
    ),
    check: isStrong,
  },
  {
    ...password(
      "call",
      ["auth", "login", "logon", "connect", "credential"],
      String.raw`\b[\w.]{0,40}(?:auth|login|logon|connect|credentials?)\w{0,20}\s{0,2}\(\s{0,2}["'][^"']{1,100}["']\s{0,2},\s{0,2}(?:"([^"]{3,200})"|'([^']{3,200})')\s{0,2}[,)]`,
    ),
    check: isStrong,
  },
  password("parameter", ["-pin"], String.raw`(?<=\s)--?(?:[a-z]+)?pin[\s=:]+(\d{4,12})(?=\s|$)`),
  // Linux and macOS
  password("sshpass", ["sshpass"], String.raw`\bsshpass\s+-p\s*ARGUMENT`),
  password(
    "stdin",
    ["sudo", "passwd", "--stdin", "--password", "--set-password", "cryptsetup", "kinit"],
    String.raw`\b(?:echo|printf)\s+(?:-[en]+\s+){0,4}ARGUMENT\s*\|\s*(?:sudo\s+-\w*S|(?:sudo\s+)?passwd\s+--stdin|su\b|kinit|cryptsetup|\S+\s.{0,80}--(?:set-)?password(?:-stdin)?\b)`,
  ),
  password(
    "stdin",
    ["<<<"],
    String.raw`\b(?:sudo\s+-\w*S|\w{0,8}passwd2?|set-ssh-password|kinit|su|(?:realm|adcli|net\s+ads)\s+join|\w*login)\b.{0,100}?<<<\s*\$?ARGUMENT`,
  ),
  password(
    "chpasswd",
    ["chpasswd"],
    String.raw`\b(?:echo|printf)\s+(?:-[en]+\s+){0,4}["']?[\w.-]+:([^\s"'|]{1,200})["']?\s*\|\s*(?:sudo\s+)?chpasswd`,
  ),
  {
    ...password(
      "stdin",
      ["passwd"],
      String.raw`(?<=\b(?:echo|printf)\s{1,4}(?:-\w+\s+)?)ARGUMENT(?=[^|]{0,100}\|\s*(?:sudo\s+)?(?:\/\S*\/)?(?:smb)?passwd\b)`,
    ),
    check: (value) => isGiven(value) && !/^-/.test(value) && !/^[\w.-]+:\S/.test(value),
  },
  {
    rule: "base64",
    kind: "token",
    sure: "possible",
    hints: ["base64"],
    form: command(String.raw`\becho\s+(?:-n\s+)?["']?([\w+/]{8,2000}={0,2})["']?\s*\|\s*base64\s+(?:-d|-D|--decode)\b`),
  },
  password("htpasswd", ["htpasswd"], String.raw`\bhtpasswd\s+-\w*b\w*\s+(?:-\w+\s+){0,4}(?:\S+\s+)?\S+\s+ARGUMENT\s*$`),
  password(
    "user-percent",
    ["%"],
    String.raw`(?:-U|--user|\bwbinfo\s+-a|[\s,]user(?:name)?(?==))[\s=]*["']?[\w.\\/-]{1,100}%([^\s"']{1,200})`,
  ),
  password("samba", ["net rpc", "net ads"], String.raw`\bnet\s+(?:rpc|ads)\s+(?:user\s+add|password)\s+\S+\s+(?!-)ARGUMENT`),
  {
    // The way of old: the password behind the share
    ...password("samba", ["smbclient"], String.raw`\bsmbclient\s+(?:"[^"]{3,200}"|'[^']{3,200}'|[\\/]\S{3,200})\s+(?!-)ARGUMENT`),
    check: isStrong,
  },
  {
    // --password-command "echo …", --password-file=<(echo …)
    ...password(
      "stdin",
      ["echo ", "printf "],
      String.raw`\b[\w-]{0,20}pass\w{0,8}[\w-]{0,10}[\s=]+(?:<\(|["'$(\x60]{1,3})\s?(?:echo|printf)\s+(?:-n\s+)?["']?([^\s"'()\x60]{3,200})`,
    ),
  },
  password("debconf", ["d-i ", "debconf"], String.raw`\s\S*passw\w*(?:-again)?\s+password\s+ARGUMENT\s*$`),
  password("kickstart", ["rootpw"], String.raw`(?:^|\s)rootpw\s+(?:--(?:plaintext|iscrypted|allow-ssh)\s+){0,3}(?!-)ARGUMENT\s*$`),
  password("chpasswd", ["chpasswd"], String.raw`\bchpasswd:.{0,60}?["'][\w.-]{1,40}:([^"'\\]{3,100})`),
  password("remote-desktop", ["51:b:"], String.raw`\bpassword\s51:b:([0-9A-F]{32,4000})`),
  password("ldap-tools", ["ldappasswd"], String.raw`\bldappasswd\s.{0,300}?\s-s\s+ARGUMENT`),
  password("doveadm", ["doveadm"], String.raw`\bdoveadm\s+pw\s.{0,60}?\s-p\s+ARGUMENT`),
  password("ldap-tools", ["ldap"], String.raw`\bldap(?:search|modify|add|delete|passwd|whoami)\s.{0,300}?\s-w\s+ARGUMENT`),
  password(
    "basic-user",
    ["-u", "--user", "--proxy-user"],
    String.raw`(?:\bcurl\b.{0,300}?\s|^\s{1,16})(?:-u|--user|-U|--proxy-user)[\s=]*(?:"[^\s:"$<]{0,100}:([^"]{1,200})"|'[^\s:'$<]{0,100}:([^']{1,200})'|["']?[^\s:"'$<]{0,100}["']?:["']?([^\s"']{1,200}))`,
  ),
  password("basic-user", ["lftp"], String.raw`\blftp\s.{0,100}?-u\s*[^\s,"']+,([^\s"']{1,200})`),
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
  password("archive", ["zip"], String.raw`\b(?:zip|unzip|zipcloak)\s.{0,200}?-P\s*(?!\S?\?)ARGUMENT`, ""),
  password("openssl", ["pass:"], String.raw`\bpass:([^\s"']{1,200})`),
  password("openssl", ["openssl"], String.raw`\bopenssl\s+\w[\w-]*\s.{0,300}?\s-[kK]\s+ARGUMENT`, ""),
  password("openssl", ["openssl"], String.raw`\bopenssl\s+passwd\s+(?:-\w+\s+){0,3}(?!-)ARGUMENT`),
  password("ssh-keygen", ["ssh-keygen"], String.raw`\bssh-keygen\s(?:.{0,200}?\s)?-[NP]\s*ARGUMENT`, ""),
  password("rclone", ["rclone"], String.raw`\brclone\s+obscure\s+(?!-)ARGUMENT`),
  password("samba", ["samba-tool"], String.raw`\bsamba-tool\s+user\s+(?:create|add)\s+\S+\s+(?!-)ARGUMENT`),
  password(
    "esxcli",
    ["esxcli"],
    String.raw`(?<=\besxcli\s.{0,200}\s(?:-p|-c|--password|--password-confirmation)[\s=]{1,3})ARGUMENT`,
  ),
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
    "impacket",
    [".py", "impacket", "secretsdump", "wmiexec", "smbexec"],
    String.raw`\s["']?(?:[\w.-]{1,60}\/)?[\w.-]{1,60}:(?:'([^']{1,100})'|"([^"]{1,100})"|([^\s@"'/]{1,100}))@[\w.-]{1,200}`,
  ),
  password("credential", ["-credential"], String.raw`-Credential\s+["']?[\w.-]*\\?[\w.-]+:([^\s"']{3,100})`),
  password(
    "impacket",
    [".py", "netexec", "crackmapexec", "evil-winrm", "nxc"],
    String.raw`\b(?:netexec|nxc|crackmapexec|evil-winrm)\s.{0,300}?\s-p\s+ARGUMENT`,
  ),
  {
    // Any program that is given an account and a password
    ...password(
      "user-and-password",
      [" -p", " -w", " /p", " -gp"],
      String.raw`(?<=\s)(?:-[uUlD]|-gu|--?(?:user|username|login)|\/u(?:ser)?)[\s:=]{1,3}(?![-\/])(?:"[^"]{1,100}"|'[^']{1,100}'|\S{1,100})\s(?:.{0,200}?\s)?(?:-[pPwW]|-gp|-pw|-pass|\/p)[\s:=]{1,3}(?!-)ARGUMENT`,
      "",
    ),
    unless: NOT_OF_USERS,
    check: isPlausible,
  },
  {
    ...password("user-and-password", ["-p "], String.raw`(?<!\S)-p\s+ARGUMENT(?=\s+(?:-[uU]|--?user(?:name)?)[\s=])`, ""),
    unless: NOT_OF_USERS,
    check: isPlausible,
  },
  password("snmp-user", ["snmp"], String.raw`(?<=\bsnmp\w{2,12}\s.{0,250}\s-[AX]\s{1,2})ARGUMENT`, ""),
  password("ipmi", ["ipmitool", "racadm"], String.raw`\b(?:ipmitool|racadm)\s.{0,200}?\s(?:-P|-p)\s+ARGUMENT`, ""),
  password("usermod", ["usermod", "useradd"], String.raw`\b(?:usermod|useradd)\s.{0,200}?\s(?:-p|--password)[\s=]+ARGUMENT`),
  password("expect", ["send"], String.raw`\b(?:expect|spawn|interact)\b.{0,100}?\bsend\s+["']([^"'\\]{4,100})\\[rn]`),
  password("wifi", ["netsh"], String.raw`\bnetsh\s+wlan\s.{0,200}?\bkey(?:material)?=(?!clear\b)ARGUMENT`),
  {
    rule: "wifi",
    kind: "password",
    sure: "sure",
    hints: ["content", "inhalt", "contenu", "contenido"],
    form: /(?:^|\s)(?:Key Content|Schl\u00fcsselinhalt|Contenu de la cl\u00e9|Contenido de la clave)\s*:\s(\S.{0,62}\S)\s*$/i,
    check: (value) => !/^(?:absent|present|vorhanden|nicht vorhanden)$/i.test(value),
  },
  passwordOrWord("net-rc", ["password"], String.raw`\blogin\s+\S+\s+password\s+ARGUMENT`),
  password(
    "mail-relay",
    [":"],
    String.raw`(?:^|\s)(?:\[[\w.-]{3,100}\](?::\d{2,5})?|[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}:(?:25|465|587))\s+[^\s:]{1,100}:(\S{4,100})\s*$`,
  ),
  // Settings given as a word of its own
  {
    rule: "configure",
    kind: "token",
    sure: "sure",
    hints: ["config", "setx", "secret"],
    form: command(
      String.raw`\b(?:aws\s+configure\s+set|setx|(?:npm|yarn|pnpm|git)\s+config\s+(?:--\w+\s+){0,4}(?:set\s+)?|gh\s+secret\s+set\s.{0,60}?(?:-b|--body))\s*(?<=\s)[^\s=]{0,80}(?:secret|token|password|auth|key)[^\s=]{0,40}\s+(?:\/m\s+)?ARGUMENT`,
    ),
    check: (value) => isGiven(value) && value.length >= 6,
  },
];
