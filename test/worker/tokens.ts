import { env } from "cloudflare:workers";

export const ORIGIN = "https://caisey.test";

/** Who a test token names. */
export interface Person {
  user: string;
  name: string;
  organization: string | undefined;
  organizationName: string;
  role: string;
  /** Clerk's claims for permissions: feature names, permissions, and a bit map a feature. */
  features?: { fea: string; per: string; fpm: string };
}

export const ALICE: Person = {
  user: "user_alice",
  name: "Alice Archer",
  organization: "org_northwind",
  organizationName: "Northwind IT",
  role: "admin",
};
export const TECHNICIAN: Person = { ...ALICE, user: "user_tom", name: "Tom Tech", role: "member" };
export const MALLORY: Person = {
  user: "user_mallory",
  name: "Mallory",
  organization: "org_contoso",
  organizationName: "Contoso IT",
  role: "admin",
};

export interface TokenOptions {
  issued?: number;
  lifetime?: number;
  party?: string | undefined;
  key?: CryptoKey;
  algorithm?: string;
}

/** A Clerk session token, version 2. */
export async function makeToken(person: Person, options: TokenOptions = {}): Promise<string> {
  const now = options.issued ?? Math.floor(Date.now() / 1000);
  const party = "party" in options ? options.party : ORIGIN;
  const header = { alg: options.algorithm ?? "RS256", typ: "JWT", kid: "ins_test" };
  const claims = {
    iss: "https://clerk.caisey.test",
    ...(party === undefined ? {} : { azp: party }),
    sub: person.user,
    sid: `sess_${person.user}`,
    iat: now,
    nbf: now - 10,
    exp: now + (options.lifetime ?? 60),
    v: 2,
    ...(person.organization === undefined
      ? {}
      : {
          o: {
            id: person.organization,
            rol: person.role,
            slg: person.organization.replace("org_", ""),
            ...(person.features === undefined ? {} : { per: person.features.per, fpm: person.features.fpm }),
          },
        }),
    ...(person.features === undefined ? {} : { fea: person.features.fea }),
    fva: [0, -1],
    sts: "active",
    name: person.name,
    org_name: person.organizationName,
  };
  return signJwt(claims, { header, ...(options.key && { key: options.key }) });
}

/** Anything that Clerk signs: session tokens, handshakes. */
export async function signJwt(claims: object, options: { header?: object; key?: CryptoKey } = {}): Promise<string> {
  const header = options.header ?? { alg: "RS256", typ: "JWT", kid: "ins_test" };
  const body = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  const key = options.key ?? (await signingKey());
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, new TextEncoder().encode(body));
  return `${body}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
}

/** A key that the Worker does not know. */
export async function strangeKey(): Promise<CryptoKey> {
  const pair = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ["sign", "verify"],
  );
  if (!("privateKey" in pair)) throw new Error("expected a key pair");
  return pair.privateKey;
}

async function signingKey(): Promise<CryptoKey> {
  const base64 = env.TEST_TOKEN_KEY.replace(/-----[A-Z ]+-----|\s/g, "");
  const der = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return crypto.subtle.importKey("pkcs8", der, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["sign"]);
}

function base64url(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
