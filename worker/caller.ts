import type { Bindings } from "./env.ts";
import { WorkerError } from "./error.ts";
import type { VerifiedOrganization } from "./objects/name.ts";
import type { Permission } from "./permission.ts";

/** Who asks: a signed-in person of one organisation. Made by `authenticate` alone, out of a verified token. */
export interface Caller {
  env: Bindings;
  organization: VerifiedOrganization;
  /** What the organisation is called in Clerk, and here until somebody renames it. */
  organizationName: string;
  user: { id: string; name: string };
  permissions: ReadonlySet<Permission>;
}

/** @throws WorkerError `auth/forbidden` unless the caller may do this. */
export function demand(caller: Caller, permission: Permission): void {
  if (!caller.permissions.has(permission)) {
    throw new WorkerError("auth/forbidden", `You need the permission ${permission} for this.`);
  }
}
