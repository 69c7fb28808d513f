import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClerkClient } from "@clerk/backend";
import { describe, expect, test } from "vitest";
import { organizations } from "../../fixtures/people.ts";
import { issueSessionToken } from "../../worker/local/session-token.ts";
import { PERMISSIONS, ROLES } from "../../worker/permission.ts";

const PARTY = "http://127.0.0.1:8787";

describe("roles", () => {
  test("each of the sample MSPs has people of all four", () => {
    for (const { people } of organizations) {
      expect(new Set(people.map(({ role }) => role))).toEqual(new Set(Object.keys(ROLES)));
    }
  });

  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const everybody = organizations.flatMap((organization) => organization.people.map((person) => ({ organization, person })));
  test.each(everybody)("Clerk's own library reads what $person.name may do", async ({ organization, person }) => {
    const now = Math.floor(Date.now() / 1000);
    const terms = { issuer: "http://127.0.0.1:1", party: PARTY, now, lifetime: 60 };
    const token = issueSessionToken({ privateKey, publicPem }, { organization, person, session: "sess_1" }, terms);
    const clerk = createClerkClient({
      secretKey: "sk_live_local",
      publishableKey: `pk_live_${btoa("127.0.0.1:1$")}`,
      telemetry: { disabled: true },
    });
    const request = new Request(PARTY, { headers: { authorization: `Bearer ${token}` } });
    const auth = (await clerk.authenticateRequest(request, { jwtKey: publicPem, authorizedParties: [PARTY] })).toAuth();
    expect(auth).toMatchObject({ orgId: organization.id, orgRole: `org:${person.role}` });
    const permissions = auth !== null && "orgPermissions" in auth ? auth.orgPermissions : undefined;
    expect([...(permissions ?? [])].sort()).toEqual([...ROLES[person.role].permissions].sort());
  });

  test("the README has them as they are", () => {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8").split("\n");
    for (const [role, { name, permissions }] of Object.entries(ROLES)) {
      const row = readme.find((line) => line.startsWith(`| ${name} | \`org:${role}\``)) ?? "";
      const named = [...row.matchAll(/`(org:[a-z]+:[a-z]+)`/g)].map(([, permission]) => permission);
      const expected = role === "admin" ? PERMISSIONS.filter((one) => !isOfOthers(one)) : permissions;
      expect([role, named]).toEqual([role, [...expected]]);
    }
    for (const permission of PERMISSIONS) {
      expect(readme.filter((line) => line.startsWith(`| \`${permission}\` |`))).toHaveLength(1);
    }
  });
});

/** Whether a role below the administrator's has it, which the README does not list again. */
function isOfOthers(permission: string): boolean {
  return Object.entries(ROLES).some(([role, { permissions }]) => role !== "admin" && permissions.some((one) => one === permission));
}
