/** Words that stand where a secret would stand in messages, forms and samples. In lower case, without signs at their ends. */
const WORDS = new Set(
  `a name names again all an and any anonymous are as asked at auth authentication available be because been being blank by can cannot change changed
  changes changing check complexity configured contains correct could credentials day days default defined denied did different disabled do does
  doesn doesnt don dont empty enable enabled encrypted enter error expire expired expires expiring expiry export fail failed false field file for forgotten
  from given good got had has have her here hidden his history how i if import in incorrect input int integer invalid is isn isnt it its ja kein keine
  known last later length less list locked long mandatory manager masked match matched matches may me mismatch missing must my n/a na need
  needed needs nein never new nil no non none not now null number of off ok okay old on one only optional or our out own parameter passed password
  please policies policy prompt protected provided reached read redacted removed required requires reset response return returned same saved
  security sent set should shown so some still store stored str string strong succeeded success successful successfully than that the their them then
  there they this time to too true try type unchanged undefined unknown unset until update updated updating us used user username using valid value var
  verified very via void wait was we weak were what when where which while who will with without won wont wrong x xx xxx xxxx yes yet you your
  abgelaufen erforderlich falsch geändert gesetzt ist nicht oui non requis sin ungültig vergessen vide wurde sudo bash sh cmd powershell login
  logon account bad good accepted publickey kerberos ntlm negotiate basic bearer digest oauth oauth2 saml ldap hash md5 sha1 sha256 bcrypt plain
  plaintext text base64 object function class command commands supported configured aaa absent present const let public private static final self request session header cookie id uid key token secret`.split(
    /\s+/,
  ),
);

const VARIABLE =
  /^(?:\$|%[A-Za-z_]\w*%|%\w{0,12}\(|\{\{|<[^>]*>?$|\[[A-Za-z ._-]+\]?$|@[A-Za-z_]\w*$|#\{|\(|process\.env|os\.environ|env[.[(]|var\.|getenv|System\.|secrets?\.|vault:|!(?:vault|secret|ref|sub|env|include|reference)\b|ENC\[|\*$)/i;
const MASK =
  /^(?:(.)\1{2,}|[*•●·x#.\-_]+|\(?(?:redacted|hidden|masked|removed|filtered|secret|protected|snip)\)?|<.*>|\[.*\]|\*.*\*|x{3,}.*|\.\.\.|…)$/i;
const SAMPLE =
  /^(?:(?:your|the|insert|enter|example|sample|dummy|placeholder)(?:[-_ .]{0,2}(?:own|new|super|very|strong|secure|secret|db|database|api|app|auth|access|client|user|root|admin|private|key|pass|passwd|password|pwd|passphrase|token|id|name|value|here|goes|string|code|text)){0,8}|change[-_]?(?:me|it)|to[-_]?do|foo|foobar|foobared|bar|baz)$/i;
const CALL = /^[A-Za-z_][\w.]*\((?:[^()]*\))?$|^[A-Za-z_]\w*(?:\.\w+)+\[$|^[A-Za-z]+-[A-Z][A-Za-z]+\($/;
/** A command of PowerShell. */
const CMDLET =
  /^(?:Get|Set|New|Convert(?:To|From)?|Read|Import|Export|Invoke|Select|Out|Write|Test|Start|Stop|Add|Remove|Enable|Disable|Reset|Unprotect|Protect|As)-[A-Z][A-Za-z]+$/;
/** What a program calls a type, or a way to encrypt. */
const TYPE =
  /^(?:(?:[A-Z][A-Za-z]+\.){2,}[A-Z][A-Za-z]+|ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-nistp\d{3}|(?:[Aa][Ee][Ss]|[Ss][Hh][Aa]|hmac-sha|[Rr][Ss][Aa])-?\d{2,5}(?:-(?:gcm|cbc|ctr|ccm))?)$/;
/** A moment, a number, a size, a path or an address: what logs give after such words. */
const MEASURE =
  /^(?:[+-]?\d{1,3}(?:[.,]\d+)?%?|0x[0-9a-f]{1,8}|\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d{2}(?::\d{2})?)$/i;
const PLACE = /^(?:[A-Za-z]:\\|\/[\w.-]+$|\/\/|\\\\|\/[\w.-]+\/|\.{1,2}\/|~\/|https?:\/\/|HK(?:LM|CU|CR|U|EY_))/;

/** Whether something else than a secret stands in the secret's place: a word of a message, a variable, stars, a sample, a call. */
export function isPlaceholder(value: string): boolean {
  const bare = value.replace(/^["'`([{<]+|["'`)\]}>.,;:!?]+$/g, "");
  if (bare.length === 0 || WORDS.has(bare.toLowerCase())) return true;
  return (
    VARIABLE.test(value) ||
    MASK.test(value) ||
    SAMPLE.test(bare) ||
    CALL.test(value) ||
    CMDLET.test(bare) ||
    TYPE.test(bare) ||
    MEASURE.test(bare)
  );
}

/** Whether it is a path or an address. */
export function isPlace(value: string): boolean {
  return PLACE.test(value);
}
