/** Pages with Clerk's components: the only ones that are shown to people who are not signed in, or not for an organisation. */
export const SIGN_IN = "/sign-in";
export const ACCOUNT = "/account";
