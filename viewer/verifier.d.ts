// The other module that `npm run build:viewer` makes, see build/verifier.ts.
declare module "*/dist/verifier.mjs" {
  /** Content-Security-Policy of the page. */
  export const policy: string;
  /** Of the page, in hexadecimal. */
  export const sha256: string;
  /** The verifier as one HTML file. */
  export const verifierPage: () => string;
}
