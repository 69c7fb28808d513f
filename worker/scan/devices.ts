import { isStrong } from "./assignment.ts";
import { type Pattern, password, passwordOrWord } from "./pattern.ts";

/** How the password is written that follows: in the configuration of a device. */
const WRITTEN = String.raw`(?:[0-9]|ENC|encrypted|plain-?text|plain|cipher|irreversible-cipher|simple|clear|ascii|hex|md5|sha\d{0,3}|hash|local|remote|ascii-text|key|level\s\d+)`;

/** Passwords and keys in the configuration of switches, routers and firewalls. */
export const DEVICES: readonly Pattern[] = [
  passwordOrWord(
    "device-secret",
    ["secret", "password"],
    String.raw`\b(?:enable|username\s+\S+(?:\s+privilege\s+\d+)?|line|ip\s+ftp|ppp\s+(?:chap|pap\s+sent-username\s+\S+)|neighbor\s+\S+)\s+(?:algorithm-type\s+\S+\s+)?(?:secret|password)\s+(?!level\s+\d+\s*$)(?:${WRITTEN}\s+){0,2}ARGUMENT`,
  ),
  // password 7 08351F1B1D431516475E   secret cipher …   key 7 …
  passwordOrWord(
    "device-secret",
    ["secret", "password", "passphrase", "key", "psk"],
    String.raw`(?:^\s*|\s)(?:password|passwd|passphrase|secret|key|psk|plaintext-password)\s+(?:(?:[0579]|ENC|cipher|irreversible-cipher|simple|plain-?text)\s+){1,2}ARGUMENT\s*$`,
  ),
  { ...password("device-secret", ["password"], String.raw`^\s+password\s+ARGUMENT\s*$`), check: isStrong },
  {
    ...password(
      "device-secret",
      ["plaintext", "plain-text", "cipher", "encrypted-password"],
      String.raw`\b(?:password|passwd|local-user|user|user-name|authentication|root-authentication)\b.{0,60}?\s(?:plain-?text(?:-password)?(?:-value)?|plain-text-password-value|encrypted-password|(?:irreversible-)?cipher)\s+ARGUMENT`,
    ),
    check: isStrong,
  },
  passwordOrWord(
    "device-key",
    ["key", "psk", "pre-shared", "md5", "auth "],
    String.raw`\b(?:isakmp\s+key|set-key|aaa-server\s.{0,80}?\bkey|snmp-server\s+user\s.{0,80}?\sauth\s+(?:md5|sha)(?:[\s-]\d+)?|(?:wifi-sec|wireless-security)\.psk|(?:tacacs|radius)(?:-server)?\s.{0,80}?\bkey|key-string|pre-shared-(?:key|secret)(?:\s+(?:address|hostname)\s+\S+(?:\s+[\d.]{7,15})?\s+key)?|shared-secret|ikev[12]\s.{0,40}?pre-shared-key|wpa2?-?psk|authentication-key\s+\d+\s+md5|message-digest-key\s+\d+\s+md5)\s+(?:${WRITTEN}\s+){0,2}(?![:=|]|(?:address|hostname)\s)ARGUMENT`,
  ),
  password("device-key", ["priv "], String.raw`\bsnmp-server\s+user\s.{0,160}?\spriv\s+(?:des|3des|aes)(?:\s+\d{3})?\s+ARGUMENT`),
  // Secrets of point-to-point connections: client, server, secret, addresses
  {
    ...password("chap", [" * "], String.raw`^\s{0,8}(?:pppd?:\s)?["']?[A-Za-z][\w.@\\-]{0,60}["']?\s+\*\s+ARGUMENT(?:\s+\S+)?\s*$`),
    check: isStrong,
  },
  password(
    "device-set",
    ["set "],
    String.raw`\bset\s+(?:psksecret|passwd|password|passphrase|secret|private-key-password|auth-pwd|priv-pwd|key|community)\s+(?!for\b)(?:ENC\s+)?ARGUMENT(?=\s*$|\s*[/;&|])`,
  ),
  // set … pppoe password …   set service snmp community …
  password(
    "device-set",
    ["set "],
    String.raw`^\s*(?:\S{1,40}[#>%$]\s?)?set\s+(?!password\s)[\w/.-]+\s.{0,120}?\s(?:password|passphrase|secret|pre-shared-secret|pre-shared-key|psk|community)\s+["']?([^\s"']{3,120})["']?\s*$`,
  ),
  password(
    "device-key",
    ["standby", "vrrp", "glbp"],
    String.raw`^\s*(?:standby|vrrp|glbp)\s+(?:\d+\s+)?authentication\s+(?!text\s*$|md5\s*$)(?:text\s+|md5\s+key-string\s+(?:[07]\s+)?)?ARGUMENT\s*$`,
  ),
  password(
    "snmp-community",
    ["community", "snmp"],
    String.raw`\b(?:snmp-server\s+community|snmp-server\s+host\s+\S+(?:\s+(?:traps|informs))?(?:\s+version\s+(?:1|2c))?|snmp(?:-agent)?\s+community\s+(?:read|write|ro|rw)(?:\s+(?:cipher|simple))?|snmp(?:walk|get|bulkwalk|set|table)\s.{0,100}?-c)\s+(?!version|traps|informs)ARGUMENT`,
  ),
  password(
    "snmp-community",
    ["community"],
    String.raw`\b(?:community(?:\s+(?:string|name))?\s{0,3}[:=]\s{0,3}|snmp\s+community\s+(?:add|set)\s.{0,60}?\bname=|\bset\s+snmp\s+community\s+(?=["']|\S*[\d!@#$%]))ARGUMENT`,
  ),
  // wlan, and its key
  {
    ...password(
      "wifi",
      ["wifi", "wi-fi", "wlan", "ssid"],
      String.raw`\b(?:wi-?fi|wlan|ssid)\b.{0,60}?\b(?:key|code|schl\u00fcssel|cl\u00e9|clave|llave|sleutel|pass|pw)\s{0,2}[:=]\s{0,2}ARGUMENT`,
    ),
    check: isStrong,
  },
];
