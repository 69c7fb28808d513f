// On every page: keeps the session token fresh by Clerk's program, and signs out by it. On the pages for it: shows Clerk's components.

interface ClerkSession {
  lastActiveToken?: { jwt?: { claims: { exp: number } } } | null;
  getToken(options?: { skipCache?: boolean }): Promise<string | null>;
}

interface ClerkProgram {
  session?: ClerkSession | null;
  organization?: object | null;
  load(options: Record<string, unknown>): Promise<void>;
  signOut(options: { redirectUrl: string }): Promise<void>;
  mountSignIn(at: HTMLElement, options: Record<string, unknown>): void;
  mountOrganizationSwitcher(at: HTMLElement, options: Record<string, unknown>): void;
  mountUserButton(at: HTMLElement, options: Record<string, unknown>): void;
}

declare global {
  interface Window {
    Clerk?: ClerkProgram;
    /** What Clerk's file of components leaves behind, to be given to its program. */
    __internal_ClerkUICtor?: unknown;
  }
}

const SIGN_IN = "/sign-in";
/** Seconds before its end from which on a token is renewed before anything is sent. */
const SPARE = 5;
/** Milliseconds within which coming back here from the same page means that the server does not take Clerk's token. */
const LOOP = 15_000;

const clerk = window.Clerk;
if (clerk === undefined) say("Clerk, where you sign in, can't be reached. Check your connection and reload the page.");
else {
  const loading = start(clerk).catch(() => say("Clerk, where you sign in, did not start. Reload the page."));
  document.addEventListener("submit", (event) => beforeSubmit(clerk, loading, event), { capture: true });
}

async function start(clerk: ClerkProgram): Promise<void> {
  const components = window.__internal_ClerkUICtor;
  await clerk.load({
    ...(components === undefined ? {} : { ui: { ClerkUI: components } }),
    signInUrl: SIGN_IN,
    afterSignOutUrl: SIGN_IN,
  });
  const signIn = document.querySelector<HTMLElement>("#sign-in");
  if (signIn !== null) await showSignIn(clerk, signIn, signIn.dataset.to ?? "/");
  const switcher = document.querySelector<HTMLElement>("#organization-switcher");
  if (switcher !== null) {
    const home = { afterSelectOrganizationUrl: "/", afterCreateOrganizationUrl: "/", afterLeaveOrganizationUrl: "/account" };
    clerk.mountOrganizationSwitcher(switcher, { hidePersonal: true, ...home });
  }
  const button = document.querySelector<HTMLElement>("#user-button");
  if (button !== null) clerk.mountUserButton(button, { showName: true });
}

/** Whoever is signed in at Clerk already only needs a fresh token; if that is not taken, going back would go round in circles. */
async function showSignIn(clerk: ClerkProgram, at: HTMLElement, to: string): Promise<void> {
  if (at.dataset.out !== undefined && clerk.session) return clerk.signOut({ redirectUrl: SIGN_IN });
  const token = await clerk.session?.getToken({ skipCache: true });
  if (token === null || token === undefined) {
    clerk.mountSignIn(at, { routing: "hash", forceRedirectUrl: to, withSignUp: false });
    return;
  }
  const before = Number(sessionStorage.getItem("sign-in"));
  sessionStorage.setItem("sign-in", String(Date.now()));
  if (Date.now() - before > LOOP) return location.replace(to);
  say(
    "You are signed in at Clerk, but this server does not take its token. Whoever runs it should compare CLERK_JWT_KEY and CLERK_AUTHORIZED_PARTIES with Clerk's dashboard, and the server's clock with yours.",
  );
}

/** A form that was filled in for long, or on a machine that slept, is sent with a token that holds. */
function beforeSubmit(clerk: ClerkProgram, loading: Promise<void>, event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (new URL(form.action).pathname === "/sign-out") {
    event.preventDefault();
    event.stopImmediatePropagation();
    void loading.then(() => clerk.signOut({ redirectUrl: SIGN_IN }));
    return;
  }
  const end = clerk.session?.lastActiveToken?.jwt?.claims.exp;
  if (end === undefined || end - SPARE > Date.now() / 1000 || form.dataset.renewed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const again = () => {
    form.dataset.renewed = "";
    form.requestSubmit(event.submitter);
    delete form.dataset.renewed;
  };
  // Whatever comes of it: the server says what is wrong.
  void clerk.session?.getToken({ skipCache: true }).then(again, again);
}

function say(problem: string): void {
  const place = document.querySelector<HTMLElement>("#clerk-problem");
  if (place === null) return;
  place.textContent = problem;
  place.hidden = false;
}

export {};
