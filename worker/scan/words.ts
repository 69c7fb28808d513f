/** What the name of a setting says of its value. */
export type NameClass = "password" | "secret" | "key" | undefined;

const PASSWORD = new Set(
  `password passwords passwd passphrase passcode pass pwd psw pw passwort kennwort mdp motdepasse contrasena contraseña clave senha wachtwoord parola ww hasło
  haslo lösenord losenord adgangskode kodeord passord salasana heslo jelszo jelszó geslo lozinka parool slaptažodis slaptazodis şifre sifre пароль psk passkey keymaterial pswd palavrapasse userpass dbpass sqlpass rootpw adminpw admpwd
  userpassword dbpassword mysqlpassword pgpassword sharedsecret presharedkey storepass keypass passhash pwhash passwordhash pin otp totp mfa ppk wpa`.split(
    /\s+/,
  ),
);
const SECRET = new Set(
  `secret secrets token tokens pat apikey apitoken apisecret authtoken accesstoken refreshtoken idtoken bearertoken clientsecret secretkey accesskey privatekey
  authkey accountkey sharedaccesskey sharedkey licensekey licencekey encryptionkey signingkey masterkey sessionkey subscriptionkey storagekey
  credential credentials creds authorization auth oauth bearer jwt sas dsn sig hmac salt appsecret appkey consumersecret consumerkey webhooksecret
  xapikey apipassword apiintegrationcode integrationcode csrf connectionstring authstring`.split(/\s+/),
);
/** With one of these before it, `key` is a secret and not the name of something. */
const KEY_OF = new Set(
  `api access secret private auth authentication account shared storage encryption signing master subscription client app application service admin write
  read user license licence product activation consumer function host hec ingestion webhook server project team account org site merchant integration
  deploy ssl tls ssh wifi network wep wpa security recovery bitlocker unlock rest rpc insert publishable session tenant x`.split(
    /\s+/,
  ),
);
/** With one of these in it, a name is about a secret and holds none. */
const ABOUT = new Set(
  `public required require expired expires expiry expiration last age min minimum max maximum length policy policies count history name names type types file files path
  url uri hint reset changed change changeable enabled disabled status state error errors algorithm alg size version format manager store field fields prompt provider
  lifetime timeout elevation primary foreign registry cancellation correlation partition sort cache next page continuation fingerprint thumbprint
  usage attempts attempt retries failed failure fails used users group groups strength complexity set level logonid handle source target index
  class column columns row value values event events stored saved save forgotten show hide toggle label title message text placeholder protected protection
  check checks never known sha rotation rotated date time at by expire provided mode bits info description endpoint issuer audience kind
  ref refs reference scope scopes package modulus exponent blob container storage_account vault ring chain board stroke press down up code frame map pair`.split(
    /\s+/,
  ),
);

/** These say so before the word, too: a public key, the last password. The others do behind it alone: `VAULT_PASSWORD` is one. */
const ABOUT_BEFORE = new Set(
  `public required require expired last age min minimum max maximum length policy primary foreign registry cancellation correlation partition
  sort cache next page continuation fingerprint thumbprint number count known never forgotten show hide toggle changed change reset rotated saved
  protected user users`.split(/\s+/),
);

/** Splits an identifier at signs and capitals: `DB_PassWord` gives db, pass, word; `apiKey2` gives api, key. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0);
}

/** With one of these before it, `key` is a password that a person types. */
const TYPED_KEY = new Set("wifi wlan wpa wep psk network shared preshared security guest".split(" "));

/**
 * What a name such as `DB_PASSWORD`, `client_secret` or `PublicKeyToken` says of the value after it.
 * @param before the word before it, which may belong to it: `Client secret`, `Registry key`.
 */
export function classify(name: string, before = ""): NameClass {
  const words = wordsOf(name);
  const joined = words.join("");
  const isAbout = (word: string, at: number) =>
    ABOUT.has(word) &&
    (ABOUT_BEFORE.has(word) || !words.slice(at + 1).some((next) => PASSWORD.has(next) || SECRET.has(next) || next === "key"));
  // Of Azure: the identifier of a secret. HashiCorp's secret_id is one itself.
  if (name === "SecretId" || (before === "Secret" && name === "ID")) return undefined;
  if (words.some(isAbout) || /credentials?id$/.test(joined)) return undefined;
  // A setting such as `passwordSecret` names the secret that holds the password.
  if (SECRET.has(words.at(-1) ?? "") && words.length > 1) return "secret";
  if (
    words.some((word) => PASSWORD.has(word)) ||
    PASSWORD.has(joined) ||
    // With an article or a case at the end
    /^(?:adgangskoden|kodeordet|l[öo]senordet|passordet|salasana(?:ni|si|nsa)|heslem|hesla|hasła|parol[ey]|jelszav\p{L}{1,5})$/u.test(
      joined,
    ) ||
    /(?<!com|by|tres|over|sur|under)pass$/.test(joined) ||
    /passw(?:or)?d$|passphrase$|kennwort$|passwort$|wachtwoord$|pwd$|passwd$|psk$|(?:bind|root|admin|user|db|sql|mail|smtp|ldap)pw$/.test(
      joined,
    )
  )
    return "password";
  if (words.some((word) => SECRET.has(word)) || /(?:secret|token|apikey|accesskey|secretkey)$/.test(joined)) return "secret";
  const key = words.indexOf("key");
  if (key < 0 && !joined.endsWith("key")) return undefined;
  const kind = key > 0 ? (words[key - 1] ?? "") : before.toLowerCase().replaceAll("-", "");
  if (TYPED_KEY.has(kind)) return "password";
  if (key === 0 && ABOUT.has(kind)) return undefined;
  return KEY_OF.has(kind) ? "secret" : "key";
}
