// Plays Clerk's program in the browser, as far as the console uses it, and speaks with Clerk's stand-in (clerk-stand-in.ts) as the real
// one speaks with the Frontend API: a client with sessions, short tokens made anew, cookies that the Worker reads.
(() => {
  const script = document.currentScript;
  const host = atob(script.dataset.clerkPublishableKey.split("_")[2]).slice(0, -1);
  if (new URL(script.src).host !== host) throw new Error("not loaded from the instance's own domain");

  const ask = async (method, path, form) => {
    const body = form && new URLSearchParams(form);
    const answer = await fetch(`https://${host}/v1${path}`, { method, credentials: "include", ...(body && { body }) });
    return answer.ok ? answer.json() : undefined;
  };
  const cookie = (name, value) =>
    cookieStore.set({ name, value: String(value), path: "/", sameSite: "lax", expires: Date.now() + 86_400_000 });

  class Session {
    constructor(data) {
      this.id = data.id;
      this.user = data.user;
      this.memberships = data.memberships;
      this.organization = data.organization;
      this.lastActiveToken = null;
    }
    async getToken({ skipCache = false } = {}) {
      const left = (this.lastActiveToken?.jwt.claims.exp ?? 0) - Date.now() / 1000;
      if (!skipCache && left > 10) return this.lastActiveToken.raw;
      const { jwt } = (await ask("POST", `/client/sessions/${this.id}/tokens`)) ?? {};
      if (jwt === undefined) return null;
      const claims = JSON.parse(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
      this.lastActiveToken = { raw: jwt, jwt: { claims } };
      await cookie("__session", jwt);
      return jwt;
    }
  }

  const clerk = {
    session: null,
    async load(options) {
      clerk.options = options;
      await clerk.renew();
      // The real one has its timer in a worker made of a string, so that it goes on in a hidden tab.
      const source = URL.createObjectURL(new Blob(["setInterval(() => postMessage(0), 1000)"], { type: "text/javascript" }));
      new Worker(source).onmessage = () => clerk.session?.getToken();
    },
    async renew() {
      const { sessions } = await ask("GET", "/client");
      const data = sessions[0];
      clerk.session = data === undefined ? null : new Session(data);
      clerk.organization = data?.organization ?? null;
      await cookie("__client_uat", data === undefined ? 0 : data.created);
      if (clerk.session !== null) await clerk.session.getToken();
    },
    async signOut({ redirectUrl }) {
      // As the real one does: without asking first whether it may ask.
      await ask("POST", "/client/sessions?_method=DELETE");
      await cookieStore.delete("__session");
      await cookie("__client_uat", 0);
      location.assign(redirectUrl);
    },
    mountSignIn: (at, { forceRedirectUrl }) => clerk.options.ui.ClerkUI.signIn(clerk, ask, at, forceRedirectUrl),
    mountOrganizationSwitcher: (at, { afterSelectOrganizationUrl }) =>
      clerk.options.ui.ClerkUI.organizations(clerk, ask, at, afterSelectOrganizationUrl),
    mountUserButton: (at) => clerk.options.ui.ClerkUI.user(clerk, at),
  };
  window.Clerk = clerk;
})();
