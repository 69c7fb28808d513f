import { execFileSync } from "node:child_process";
import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SampleOrganization, SamplePerson } from "../../fixtures/people.ts";
import { issueSessionToken } from "../../worker/local/session-token.ts";

/** Somebody with an account at Clerk, and the organisations that they are a member of. */
export interface Account {
  person: SamplePerson;
  organizations: readonly SampleOrganization[];
}

interface Session {
  id: string;
  account: Account;
  /** The active one; undefined until it is chosen. */
  organization: SampleOrganization | undefined;
  created: number;
}

/** Seconds for which Clerk's tokens hold. */
const LIFETIME = 60;

/**
 * Clerk's hosted side, which can't be here: a server of its own that serves programs shaped like Clerk's, keeps who is signed in, and
 * gives out session tokens and handshakes, signed as Clerk signs them.
 */
export class ClerkStandIn {
  /** How many handshakes browsers were led through. */
  handshakes = 0;
  readonly #sessions = new Map<string, Session>();
  readonly #accounts: readonly Account[];
  readonly #server: ReturnType<typeof createServer>;
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  #party = "";

  private constructor(accounts: readonly Account[], tls: { key: Buffer; cert: Buffer }) {
    this.#accounts = accounts;
    this.#server = createServer(tls, (request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(500).end());
    });
  }

  static async start(accounts: readonly Account[]): Promise<ClerkStandIn> {
    const standIn = new ClerkStandIn(accounts, selfSigned());
    await new Promise<void>((resolve) => standIn.#server.listen(0, "127.0.0.1", resolve));
    return standIn;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The Worker's variables, as they would be copied from Clerk's dashboard. */
  get bindings(): Record<string, string> {
    return {
      CLERK_PUBLISHABLE_KEY: `pk_live_${Buffer.from(`${this.host}$`).toString("base64")}`,
      CLERK_JWT_KEY: this.#keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
      CLERK_SIGN_IN_URL: "",
    };
  }

  /** Origin of the console, for which tokens are made. */
  setParty(origin: string): void {
    this.#party = origin;
  }

  /** A token that held until a minute ago. */
  staleToken(person: SamplePerson, organization: SampleOrganization): string {
    return this.#token({ id: "sess_stale", account: { person, organizations: [] }, organization, created: 0 }, 2 * LIFETIME);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", `https://${this.host}`);
    const client = /(?:^|; )__client=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
    const session = this.#sessions.get(client);
    const cors = { "access-control-allow-origin": this.#party, "access-control-allow-credentials": "true" };
    const json = (value: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(value === undefined ? 422 : 200, { ...cors, "content-type": "application/json", ...headers });
      response.end(JSON.stringify(value ?? { errors: [] }));
    };
    const method = url.searchParams.get("_method") ?? request.method;
    switch (`${method} ${url.pathname.replace(/sess_[0-9a-f]+/, ":id")}`) {
      case "GET /npm/@clerk/clerk-js@6/dist/clerk.browser.js":
        return sendProgram(response, "clerk-program.js", cors);
      case "GET /npm/@clerk/ui@1/dist/ui.browser.js":
        return sendProgram(response, "clerk-components.js", cors);
      case "GET /v1/client":
        return json({ sessions: session === undefined ? [] : [viewOf(session)] });
      case "POST /v1/client/sign_ins": {
        const identifier = (await formOf(request)).get("identifier");
        const account = this.#accounts.find(({ person }) => person.email === identifier);
        if (account === undefined) return json(undefined);
        const [only, ...others] = account.organizations;
        const made = randomBytes(16).toString("hex");
        const id = `sess_${randomBytes(12).toString("hex")}`;
        const organization = others.length === 0 ? only : undefined;
        this.#sessions.set(made, { id, account, organization, created: seconds() });
        return json({}, { "set-cookie": `__client=${made}; Path=/; HttpOnly; Secure; SameSite=None` });
      }
      case "POST /v1/client/sessions/:id/touch": {
        const id = (await formOf(request)).get("active_organization_id");
        if (session === undefined) return json(undefined);
        session.organization = session.account.organizations.find((one) => one.id === id);
        return json({});
      }
      case "POST /v1/client/sessions/:id/tokens":
        return json(session && { jwt: this.#token(session) });
      case "DELETE /v1/client/sessions":
        this.#sessions.delete(client);
        return json({});
      case "GET /v1/client/handshake":
        return this.#handshake(response, session, url.searchParams.get("redirect_url") ?? "");
      default:
        response.writeHead(404).end();
    }
  }

  /** Brings the browser back with cookies in a signed token, which the Worker sets on its own host. */
  #handshake(response: ServerResponse, session: Session | undefined, to: string): void {
    this.handshakes++;
    const cookies =
      session === undefined
        ? ["__session=; Path=/; Max-Age=0", "__client_uat=0; Path=/"]
        : [`__session=${this.#token(session)}; Path=/; SameSite=Lax`, `__client_uat=${session.created}; Path=/; SameSite=Lax`];
    const payload = `${base64url({ alg: "RS256", typ: "JWT", kid: "stand-in" })}.${base64url({ handshake: cookies })}`;
    const signature = createSign("sha256").update(payload).sign(this.#keys.privateKey).toString("base64url");
    const location = new URL(to).origin === this.#party ? to : this.#party;
    response.writeHead(307, {
      location,
      "set-cookie": `__clerk_handshake=${payload}.${signature}; Path=/; Max-Age=5; SameSite=Lax`,
    });
    response.end();
  }

  #token({ id, account, organization, created }: Session, age = 0): string {
    const key = { privateKey: this.#keys.privateKey, publicPem: "" };
    const terms = { issuer: `https://${this.host}`, party: this.#party, now: seconds() - age, lifetime: LIFETIME };
    // A token is never older than the sign-in, which is a matter of the same second here.
    const now = age === 0 ? Math.max(terms.now, created) : terms.now;
    return issueSessionToken(key, { organization, person: account.person, session: id }, { ...terms, now });
  }
}

function viewOf({ id, account, organization, created }: Session): unknown {
  return {
    id,
    created,
    user: { name: account.person.name },
    memberships: account.organizations,
    organization: organization ?? null,
  };
}

function sendProgram(response: ServerResponse, file: string, cors: Record<string, string>): void {
  response.writeHead(200, { ...cors, "content-type": "text/javascript; charset=utf-8" });
  response.end(readFileSync(join(import.meta.dirname, file)));
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A certificate for this computer that nobody else knows: the test's browser is told not to mind. */
function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "caisey-clerk-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  try {
    execFileSync("openssl", ["req", "-x509", ...kind, "-keyout", key, "-out", cert, "-days", "2", ...subject], { stdio: "ignore" });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
