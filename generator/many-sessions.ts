/** A package of more sessions holds so much of all together that memory comes before time. */
export const MANY_SESSIONS = 2_000;
