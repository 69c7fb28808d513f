/**
 * What a member of an organisation may do: the names to be given to permissions in Clerk, and to roles that hold them.
 *
 * | permission | allows |
 * | --- | --- |
 * | org:sessions:read | see client groups, endpoints, sessions and handoffs |
 * | org:sessions:record | open sessions, run commands, chat, add notes and tags, close |
 * | org:groups:manage | create client groups, archive them |
 * | org:endpoints:manage | make, rotate and revoke enrolment codes, remove endpoints |
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

/**
 * Roles to be made in Clerk, by their keys (`org:` before them), with the permissions that each is given there. What a token says counts,
 * not this table: an MSP that gives a role more or less is obeyed.
 */
export const ROLES = {
  viewer: { name: "Viewer", permissions: ["org:sessions:read"] },
  technician: { name: "Technician", permissions: ["org:sessions:read", "org:sessions:record"] },
  reviewer: { name: "Reviewer", permissions: ["org:sessions:read", "org:handoff:prepare"] },
  admin: { name: "Administrator", permissions: PERMISSIONS },
} as const satisfies Record<string, { name: string; permissions: readonly Permission[] }>;
export type Role = keyof typeof ROLES;

/** Roles that every Clerk instance has, whose holders work here without anything being set up. */
const BUILT_IN: Record<string, readonly Permission[]> = {
  "org:admin": PERMISSIONS,
  "org:member": ROLES.technician.permissions,
};

/** All that a role and the permissions in the verified token come to. */
export function permissionsOf(role: string | undefined, granted: readonly string[]): ReadonlySet<Permission> {
  return new Set(PERMISSIONS.filter((permission) => granted.includes(permission) || BUILT_IN[role ?? ""]?.includes(permission)));
}
