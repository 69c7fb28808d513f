/** Pages with Clerk's components: the only ones that are shown to people who are not signed in, or not for an organisation. */
export const SIGN_IN = "/sign-in";
export const ACCOUNT = "/account";

/** Cookie by which the sign-in page learns that somebody wanted to sign out. An address could be put before people by others. */
export const SIGNING_OUT = "caisey_signing_out";
