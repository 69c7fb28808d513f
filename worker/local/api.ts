import type { Recorded } from "../../record/wire.ts";
import type { Page } from "../schema.ts";
import { LocalError } from "./error.ts";

/** The Worker's HTTP API, as somebody of one organisation uses it. Paths are relative to `/api/`. */
export class Api {
  readonly #origin: string;
  readonly #token: () => string;

  /** @param token gives a session token that holds now; asked for each request, since tokens are short-lived. */
  constructor(origin: string, token: () => string) {
    this.#origin = origin;
    this.#token = token;
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>("GET", path);
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#json<T>("POST", path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#json<T>("PUT", path, body);
  }

  /** All items of a list, page by page. */
  async *list<T>(path: string): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const query = `${path.includes("?") ? "&" : "?"}limit=200${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
      const page = await this.get<Page<T>>(path + query);
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Entries of a list that answers `{entries, size}`, from number `from` on. */
  async *entries(path: string, from = 0): AsyncGenerator<Recorded> {
    for (let next = from; ; ) {
      const { entries, size } = await this.get<{ entries: Recorded[]; size: number }>(`${path}?from=${next}&limit=500`);
      yield* entries;
      next += entries.length;
      if (entries.length === 0 || next >= size) return;
    }
  }

  /** A file's bytes as they arrive. */
  async download(path: string): Promise<ReadableStream<Uint8Array>> {
    const response = await this.#send("GET", path);
    if (!response.ok || response.body === null) throw await refusal("GET", path, response);
    return response.body;
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#send(method, path, body);
    if (!response.ok) throw await refusal(method, path, response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  #send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(new URL(`/api/${path}`, this.#origin), {
      method,
      headers: { authorization: `Bearer ${this.#token()}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

async function refusal(method: string, path: string, response: Response): Promise<LocalError> {
  const answer = (await response.json().catch(() => undefined)) as { error?: { code?: string; message?: string } } | undefined;
  const why = answer?.error ? `${answer.error.code}: ${answer.error.message}` : "no reason given";
  return new LocalError("worker/refused", `${method} /api/${path} was answered with ${response.status}, ${why}`);
}

/**
 * Asks again and again until there is an answer.
 * @param seconds after which it is given up.
 * @throws LocalError `run/incomplete`.
 */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const got = await ask();
    if (got !== undefined) return got;
    if (performance.now() > end) throw new LocalError("run/incomplete", `Waited ${seconds} seconds for ${what}, in vain.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
