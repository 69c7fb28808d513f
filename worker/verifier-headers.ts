import { verifierPolicy } from "../generator/verifier-page.ts";

/**
 * The page can reach nothing: no address to connect to, and an origin of its own, so that not even a fault in it could use what a
 * browser keeps for the console. allow-modals is for printing, allow-popups for the published keys, allow-downloads for the page itself.
 */
export const VERIFIER_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `sandbox allow-scripts allow-modals allow-popups allow-downloads; ${verifierPolicy}; frame-ancestors 'none'`,
  "cache-control": "public, max-age=300",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;
