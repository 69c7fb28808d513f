/**
 * What a member of an organisation may do: the names to be given to permissions in Clerk, and to roles that hold them.
 *
 * | permission | allows |
 * | --- | --- |
 * | org:sessions:read | see client groups, endpoints, sessions and handoffs |
 * | org:sessions:record | open sessions, run commands, chat, add notes and tags, close |
 * | org:groups:manage | create client groups |
 * | org:endpoints:manage | make enrolment codes, remove endpoints |
 * | org:handoff:prepare | make handoffs, select, redact, review, write notes |
 * | org:handoff:publish | publish, make links, download the package, revoke |
 * | org:records:erase | erase lines of closed sessions for good, with a reason |
 * | org:records:unseal | reveal a line that a published handoff hides, with a reason |
 * | org:settings:manage | rename the organisation, change its signing key |
 * | org:audit:read | read the audit trail |
 */
export const PERMISSIONS = [
  "org:sessions:read",
  "org:sessions:record",
  "org:groups:manage",
  "org:endpoints:manage",
  "org:handoff:prepare",
  "org:handoff:publish",
  "org:records:erase",
  "org:records:unseal",
  "org:settings:manage",
  "org:audit:read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Roles that every Clerk instance has. Other roles have what Clerk's dashboard gives them. */
const BUILT_IN: Record<string, readonly Permission[]> = {
  "org:admin": PERMISSIONS,
  "org:member": ["org:sessions:read", "org:sessions:record"],
};

/** All that a role and the permissions in the verified token come to. */
export function permissionsOf(role: string | undefined, granted: readonly string[]): ReadonlySet<Permission> {
  return new Set(PERMISSIONS.filter((permission) => granted.includes(permission) || BUILT_IN[role ?? ""]?.includes(permission)));
}
