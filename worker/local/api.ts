import type { Recorded } from "../../record/wire.ts";
import { ApiClient } from "../openapi/client.ts";
import type { Page } from "../schema.ts";
import { LocalError } from "./error.ts";

/** The API also by bare paths below `/api/`, as tests want it that look at what is refused, too. */
export class Api extends ApiClient {
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

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
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
