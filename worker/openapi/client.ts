import type * as z from "zod";
import type { AnswerOf, Route } from "./answers.ts";
import type { OPERATIONS, Operation } from "./operations.ts";

type Names<P extends string> = P extends `${string}:${infer After}`
  ? After extends `${infer Name}/${infer More}`
    ? Name | Names<`/${More}`>
    : After
  : never;
type Asked<R extends Route> = R extends keyof typeof OPERATIONS ? (typeof OPERATIONS)[R] & Operation : Operation;
/** Whether a part may be left out is what its own parts say. */
type Part<Name extends string, T> = object extends T ? { [N in Name]?: T } : { [N in Name]: T };

/** The values for what the route's path names: `{group}` for `/api/groups/:group`. */
type ParamsOf<R extends Route> = [Names<R>] extends [never] ? object : { params: Record<Names<R>, string> };
type QueryOf<R extends Route> =
  Asked<R> extends { query: infer S extends z.ZodType }
    ? Part<"query", { [K in keyof z.input<S>]: z.input<S>[K] extends string | undefined ? z.input<S>[K] : string | number }>
    : object;
type BodyOf<R extends Route> = Asked<R> extends { body: infer S extends z.ZodType } ? Part<"body", z.input<S>> : object;
/** What a request to a route brings along: as the OpenAPI document says. */
export type RequestOf<R extends Route> = ParamsOf<R> & QueryOf<R> & BodyOf<R>;
type Given<R extends Route> = object extends RequestOf<R> ? [request?: RequestOf<R>] : [request: RequestOf<R>];

type Paged = { [R in Route]: AnswerOf<R> extends { items: readonly unknown[]; cursor?: string | undefined } ? R : never }[Route];
type ItemOf<R extends Paged> = AnswerOf<R> extends { items: readonly (infer T)[] } ? T : never;

/** The server said no. `code` is one of the document's, or empty where the answer had none. */
export class RefusedError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(route: string, status: number, code: string, message: string) {
    super(`${route} was answered with ${status}, ${code === "" ? "no reason given" : `${code}: ${message}`}`);
    this.name = "RefusedError";
    this.status = status;
    this.code = code;
  }
}

/**
 * The API for programs. Routes are named as the OpenAPI document has them; what they take and answer is known to the compiler from the same
 * schemas, and nothing of them is needed when it runs.
 *
 * @example
 * const client = new ApiClient("https://caisey.example.com", () => token);
 * const { code } = await client.call("POST /api/groups/:group/enrolment-codes", { params: { group } });
 */
export class ApiClient {
  readonly #origin: string;
  readonly #token: () => string;

  /** @param token gives a session token that holds now; asked for each request, since tokens are short-lived. */
  constructor(origin: string, token: () => string) {
    this.#origin = origin;
    this.#token = token;
  }

  /** @throws RefusedError; TypeError when the server can't be reached. */
  async call<R extends Route>(route: R, ...[request]: Given<R>): Promise<AnswerOf<R>> {
    const response = await this.#ask(route, request);
    return (response.status === 204 ? null : await response.json()) as AnswerOf<R>;
  }

  /** All items of a list, page by page. @throws as {@link call}. */
  async *items<R extends Paged>(route: R, ...[request]: Given<R>): AsyncGenerator<ItemOf<R>> {
    let cursor: string | undefined;
    do {
      const given = request as Loose | undefined;
      const query = { limit: 50, ...given?.query, ...(cursor === undefined ? {} : { cursor }) };
      const page = (await (await this.#ask(route, { ...given, query })).json()) as { items: ItemOf<R>[]; cursor?: string };
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** A file's bytes as they arrive. @throws as {@link call}. */
  async file<R extends Route>(route: R, ...[request]: Given<R>): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#ask(route, request);
    return body ?? new Blob([]).stream();
  }

  /** A request that the compiler knows nothing of. @param path below `/api/`. @throws as {@link call}. */
  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(`/api/${path}`, this.#origin), {
      method,
      headers: { authorization: `Bearer ${this.#token()}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    const answer = (await response.json().catch(() => undefined)) as { error?: { code?: string; message?: string } } | undefined;
    throw new RefusedError(`${method} /api/${path}`, response.status, answer?.error?.code ?? "", answer?.error?.message ?? "");
  }

  #ask(route: Route, { params = {}, query = {}, body }: Loose = {}): Promise<Response> {
    const [method = "", template = ""] = route.split(" ");
    const path = template.slice("/api/".length).replace(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
    // A body that may be left out altogether is an empty one.
    const sent = body ?? (method === "GET" || method === "DELETE" ? undefined : {});
    return this.send(method, asked.size === 0 ? path : `${path}?${asked}`, sent);
  }
}

interface Loose {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}
