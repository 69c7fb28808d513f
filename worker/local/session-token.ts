import { sign } from "node:crypto";
import type { SampleOrganization, SamplePerson } from "../../fixtures/people.ts";
import { type Permission, ROLES } from "../permission.ts";
import type { IssuerKey } from "./issuer-key.ts";

/** Somebody who is signed in for one of the sample organisations. */
export interface SignedIn {
  /** Undefined while none is chosen. */
  organization: SampleOrganization | undefined;
  person: SamplePerson;
  /** Clerk session id: one a sign-in. */
  session: string;
}

export interface TokenTerms {
  /** The stand-in's own address. */
  issuer: string;
  /** Origin of the Worker, which alone may take the token. */
  party: string;
  /** Seconds since 1970. */
  now: number;
  /** Seconds for which the token holds. */
  lifetime: number;
}

/** A session token as Clerk issues it (version 2), signed with the local key. */
export function issueSessionToken(key: IssuerKey, who: SignedIn, terms: TokenTerms): string {
  const { organization, person, session } = who;
  const header = { alg: "RS256", typ: "JWT", kid: "local" };
  const { fea, per, fpm } = permissionClaims(ROLES[person.role].permissions);
  const claims = {
    iss: terms.issuer,
    azp: terms.party,
    sub: person.id,
    sid: session,
    iat: terms.now,
    nbf: terms.now - 10,
    exp: terms.now + terms.lifetime,
    v: 2,
    ...(organization && { o: { id: organization.id, rol: person.role, slg: organization.slug, per, fpm }, fea }),
    fva: [0, -1],
    sts: "active",
    // Custom claims that a deployment adds in Clerk's dashboard, so that the record can name who acted.
    name: person.name,
    email: person.email,
    ...(organization && { org_name: organization.name }),
  };
  const body = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${body}.${sign("sha256", Buffer.from(body), key.privateKey).toString("base64url")}`;
}

/**
 * Permissions as a token of version 2 has them: features of the organisation, names of permissions, and for each feature a number
 * whose bits say which of the names it has, the lowest bit for the first.
 */
export function permissionClaims(permissions: readonly Permission[]): { fea: string; per: string; fpm: string } {
  const parts = permissions.map((permission) => permission.split(":").slice(1) as [feature: string, name: string]);
  const features = [...new Set(parts.map(([feature]) => feature))];
  const names = [...new Set(parts.map(([, name]) => name))];
  const bits = features.map((feature) =>
    parts.reduce((sum, [of, name]) => (of === feature ? sum + 2 ** names.indexOf(name) : sum), 0),
  );
  return { fea: features.map((feature) => `o:${feature}`).join(","), per: names.join(","), fpm: bits.join(",") };
}

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
