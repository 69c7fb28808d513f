import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import type { Answer, Approver, Desk, PersonActs, SessionInfo } from "./approval.ts";
import { bundledFile } from "./bundled-file.ts";
import { DeskState } from "./desk-state.ts";

/** Bytes that the page may send at once. */
const BODY_LIMIT = 64 * 1024;
const COOKIE = "caisey-desk";

const by = z.string().trim().max(100);
const session = z.string().max(40);
const word = z.string().trim().max(1000).optional();
const answerBody = z.strictObject({ session, question: z.string().max(40), answer: z.enum(["approved", "denied"]), word, by });
const stopBody = z.strictObject({ session, word, by });
const chatBody = z.strictObject({ session, message: z.string().trim().min(1).max(10_000), by });

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const ASSETS: Record<string, { type: string; body: Buffer }> = {
  "": asset("index.html", "text/html; charset=utf-8"),
  "page.css": asset("page.css", "text/css; charset=utf-8"),
  "page.js": asset("page.js", "text/javascript; charset=utf-8"),
};

export interface PageOptions {
  /** How the computer and the MSP are called. */
  computer: string;
  organization: string;
  /** Name of the person, until they say another one. */
  person: string;
  /** Called when a question waits and no page is open that shows it, with an address that lets one in once. */
  onWanted?: (url: string) => void;
}

/**
 * The page where the person at the endpoint answers, on the loopback interface. An address lets one browser in, once; after that a
 * cookie does, which goes to this page's own path only, since cookies don't know ports. Whatever another page could make that
 * browser send is refused by its Host, Origin or content type.
 */
export class ApprovalPage implements Approver {
  readonly #options: PageOptions;
  readonly #server: Server;
  readonly #room = secret();
  readonly #cookie = secret();
  /** Addresses given out and not used. */
  readonly #tokens = new Set<string>();
  readonly #watchers = new Set<ServerResponse>();
  readonly #desks = new Map<string, DeskState>();

  private constructor(options: PageOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => this.#refuse(response, 400));
    });
  }

  static async open(options: PageOptions): Promise<ApprovalPage> {
    const page = new ApprovalPage(options);
    await new Promise<void>((resolve, reject) => {
      page.#server.once("error", reject);
      page.#server.listen(0, "127.0.0.1", resolve);
    });
    return page;
  }

  /** A new address that lets one browser in, once. */
  url(): string {
    const token = secret();
    this.#tokens.add(token);
    return `${this.#origin}/${this.#room}/?token=${token}`;
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  open(info: SessionInfo, acts: PersonActs): Desk {
    const desk = new DeskState(info, acts, () => this.#changed());
    this.#desks.set(info.session, desk);
    this.#changed();
    return {
      ask: (question, signal) => {
        const answer: Promise<Answer> = desk.ask(question, signal);
        if (this.#watchers.size === 0) this.#options.onWanted?.(this.url());
        return answer;
      },
      show: (event) => desk.show(event),
      close: () => {
        desk.close();
        this.#desks.delete(info.session);
        this.#changed();
      },
    };
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A name that resolves to this computer must not make this page part of another site.
    if (request.headers.host !== new URL(this.#origin).host) return this.#refuse(response, 403);
    const url = new URL(request.url ?? "/", this.#origin);
    const prefix = `/${this.#room}/`;
    if (!isSame(url.pathname.slice(0, prefix.length), prefix)) return this.#refuse(response, 404);
    const path = url.pathname.slice(prefix.length);
    const token = url.searchParams.get("token");
    if (request.method === "GET" && path === "" && token !== null) return this.#letIn(response, token);
    if (!this.#isLetIn(request)) return this.#refuse(response, 403);
    if (request.method === "GET") {
      if (path === "events") return this.#watch(request, response);
      const found = Object.hasOwn(ASSETS, path) ? ASSETS[path] : undefined;
      if (found === undefined) return this.#refuse(response, 404);
      response.writeHead(200, { ...HEADERS, "content-type": found.type }).end(found.body);
      return;
    }
    if (request.method !== "POST") return this.#refuse(response, 405);
    if (request.headers.origin !== this.#origin || request.headers["content-type"] !== "application/json") {
      return this.#refuse(response, 403);
    }
    const done = this.#act(path, await readJson(request));
    this.#respond(response, done ? 204 : 409);
  }

  #letIn(response: ServerResponse, token: string): void {
    if (!this.#tokens.delete(token)) {
      this.#refuse(response, 403);
      return;
    }
    const cookie = `${COOKIE}=${this.#cookie}; Path=/${this.#room}/; HttpOnly; SameSite=Strict`;
    response.writeHead(303, { ...HEADERS, location: `/${this.#room}/`, "set-cookie": cookie }).end();
  }

  #isLetIn(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? "").split(/; */);
    return cookies.some((cookie) => isSame(cookie, `${COOKIE}=${this.#cookie}`));
  }

  /** @returns false when there is nothing to do it to any more. */
  #act(path: string, body: unknown): boolean {
    if (path === "answer") {
      const { session: id, question, answer, word: given, by: name } = answerBody.parse(body);
      return this.#desks.get(id)?.answer(question, { answer, by: this.#named(name), word: given }) ?? false;
    }
    if (path === "stop") {
      const { session: id, word: given, by: name } = stopBody.parse(body);
      return this.#desks.get(id)?.stop(this.#named(name), given) ?? false;
    }
    if (path !== "chat") return false;
    const { session: id, message, by: name } = chatBody.parse(body);
    return this.#desks.get(id)?.say(message, this.#named(name)) ?? false;
  }

  #named(name: string): string {
    return name || this.#options.person;
  }

  #watch(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
    this.#watchers.add(response);
    request.on("close", () => this.#watchers.delete(response));
    response.write(this.#state());
  }

  #changed(): void {
    if (this.#watchers.size === 0) return;
    const state = this.#state();
    for (const watcher of this.#watchers) watcher.write(state);
  }

  #state(): string {
    const { computer, organization, person } = this.#options;
    const sessions = [...this.#desks.values()].map((desk) => desk.view());
    return `data: ${JSON.stringify({ computer, organization, person, sessions })}\n\n`;
  }

  #refuse(response: ServerResponse, status: number): void {
    const text = status === 403 ? "Open the address that the agent showed last.\n" : "There is nothing here.\n";
    this.#respond(response, status, text);
  }

  #respond(response: ServerResponse, status: number, text?: string): void {
    if (response.headersSent) {
      response.end();
      return;
    }
    response
      .writeHead(status, text === undefined ? HEADERS : { ...HEADERS, "content-type": "text/plain; charset=utf-8" })
      .end(text);
  }
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

/** Compares without telling by its duration where two texts differ. */
function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > BODY_LIMIT) throw new Error("too long");
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString());
}

function asset(name: string, type: string): { type: string; body: Buffer } {
  return { type, body: bundledFile(`page/${name}`) };
}
