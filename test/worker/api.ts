import { exports } from "cloudflare:workers";
import { checkAnswer } from "./answers.ts";
import { ALICE, makeToken, ORIGIN, type Person } from "./tokens.ts";

/** A request to the Worker, as it comes from outside. */
export function fetchWorker(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(new URL(path, ORIGIN), { redirect: "manual", ...init }));
}

/** A request of the API by somebody who is signed in. A good answer must be what the document says. */
export async function call(method: string, path: string, body?: unknown, person: Person = ALICE): Promise<Response> {
  const headers = new Headers({ authorization: `Bearer ${await makeToken(person)}` });
  if (body !== undefined) headers.set("content-type", "application/json");
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const response = await fetchWorker(`/api/${path}`, init);
  await checkAnswer(method, path, response);
  return response;
}

/** The JSON of an answer that must be a good one. */
export async function json<T>(method: string, path: string, body?: unknown, person: Person = ALICE): Promise<T> {
  const response = await call(method, path, body, person);
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Status and code of an answer that must be a refusal. */
export async function refusal(method: string, path: string, body?: unknown, person: Person = ALICE): Promise<string> {
  const response = await call(method, path, body, person);
  if (response.ok) throw new Error(`${method} ${path} was expected to be refused, got ${response.status}`);
  const { error } = (await response.json()) as { error: { code: string } };
  return `${response.status} ${error.code}`;
}

/** Waits for a condition, asking again and again. */
export async function until<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const got = await ask();
    if (got !== undefined) return got;
    await scheduler.wait(10);
  }
  throw new Error(`waited for ${what}, in vain`);
}
