import { sign } from "node:crypto";
import type { SampleOrganization, SamplePerson } from "../../fixtures/people.ts";
import { ROLES } from "../permission.ts";
import type { IssuerKey } from "./issuer-key.ts";
import { permissionClaims } from "./permission-claims.ts";

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

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
