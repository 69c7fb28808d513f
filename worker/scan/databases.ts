import { type Pattern, password, passwordOrWord } from "./pattern.ts";

/** Passwords of databases: in statements, on the command lines of their clients, and where programs connect to them. */
export const DATABASES: readonly Pattern[] = [
  password(
    "sql-tools",
    ["sqlcmd", "bcp", "osql"],
    String.raw`\b(?:[Ss][Qq][Ll][Cc][Mm][Dd]|[Bb][Cc][Pp]|[Oo][Ss][Qq][Ll])(?:\.exe)?\s.{0,300}?\s-P(?!assword|ath|ort)\s*ARGUMENT`,
    "",
  ),
  password(
    "mysql",
    ["mysql", "mariadb"],
    String.raw`\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump)\s(?:.{0,300}?\s)?-p(?!\s|ort|rotocol|ager|lugin)ARGUMENT`,
    "",
  ),
  password(
    "mongo",
    ["mongo", "redis-cli"],
    String.raw`\b(?:mongo(?:sh|dump|restore|export|import)?\s.{0,300}?\s-p|redis-cli\s.{0,300}?\s-a)\s+ARGUMENT`,
  ),
  passwordOrWord(
    "sql-statement",
    ["identified"],
    String.raw`\bIDENTIFIED\s+(?:WITH\s+\S{1,60}\s+)?(?:BY|AS)\s+(?:PASSWORD\s+)?(?!VALUES)ARGUMENT`,
  ),
  password(
    "oracle",
    ["sqlplus", "expdp", "impdp", "rman", "sqlldr", "userid="],
    String.raw`\b(?:(?:sqlplus|expdp|impdp|rman|sqlldr)\s(?:-\S+\s+){0,6}(?:.{0,60}?[\s=])?|userid=)["']?[A-Za-z][\w$#.]{0,60}\/(?![/@])(?:"([^"]{1,100})"|([^\s@"'/]{3,100}))(?=@|\s|$)`,
  ),
  password("oracle", ["oracle"], String.raw`jdbc:oracle:\w+:[\w$#.]{1,60}\/([^\s@"'/]{1,100})@`),
  password(
    "connect",
    ["connect", "mysqli", "pdo", "login", "ssh2"],
    String.raw`\b(?:mysqli?(?:_p?connect)?|odbc_p?connect|oci_p?connect|PDO|real_connect|ftp_login|ssh2_auth_password)\s{0,2}\((?:[^,()]{1,200},\s{0,4}){2}(?:"([^"]{1,200})"|'([^']{1,200})')`,
  ),
  password(
    "sql-statement",
    ["sp_addlogin", "sp_password"],
    String.raw`\bsp_(?:addlogin|password)\s+(?:NULL|N?'[^']{0,100}'|@\w+\s*=\s*N?'[^']{0,100}')\s{0,3},\s{0,3}(?:@\w+\s*=\s*)?N?'([^']{1,200})'`,
  ),
  password("redis", ["auth "], String.raw`(?:^|>\s?)AUTH\s+ARGUMENT\s*$`, ""),
  passwordOrWord("redis", ["requirepass", "masterauth"], String.raw`\b(?:requirepass|masterauth)\s+ARGUMENT`),
  {
    ...password("pgpass", [":"], String.raw`^(?:[\w.-]{1,200}|\*):(?:\d{2,5}|\*):[^:\s]{1,100}:[^:\s]{1,100}:([^\s:]{3,200})$`),
    check: (value) => !/^\d+$/.test(value),
  },
];
