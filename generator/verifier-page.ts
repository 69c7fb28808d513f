/// <reference path="../viewer/verifier.d.ts" />
import * as compiled from "../viewer/dist/verifier.mjs";

/** The verifier as one HTML file, with everything in it: the same programs as on the verify page of a package. */
export const verifierPage: () => string = compiled.verifierPage;

/** The Content-Security-Policy that the page has in itself, and should be served with. */
export const verifierPolicy: string = compiled.policy;

/** SHA-256 of the page, in hexadecimal. */
export const verifierHash: string = compiled.sha256;
