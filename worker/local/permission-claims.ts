import type { Permission } from "../permission.ts";

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
