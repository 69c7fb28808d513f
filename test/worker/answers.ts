import { makeAnswers, type OperationAnswer } from "../../worker/openapi/answers.ts";

const ANSWERS = Object.entries(makeAnswers() as Record<string, OperationAnswer>).map(([route, answer]) => {
  const [method = "", path = ""] = route.split(" ");
  return { route, method, pattern: new RegExp(`^${path.replace(/:[a-z]+/g, "[^/]+")}$`), answer };
});

/** Routes of which an answer was seen in this file's tests. */
export const seen = new Set<string>();

/**
 * Holds a good answer of the API against what the document says of it.
 * @param path below `/api/`.
 * @throws Error when they differ.
 */
export async function checkAnswer(method: string, path: string, response: Response): Promise<void> {
  if (response.status >= 400) return;
  const address = `/api/${path.split("?")[0]}`;
  const found = ANSWERS.find((one) => one.method === method && one.pattern.test(address));
  if (found === undefined) throw new Error(`expected ${method} ${address} to be in the document`);
  const { route, answer } = found;
  seen.add(route);
  // Parts of a file are asked for by a header.
  const statuses = answer.type === undefined ? [answer.status] : [answer.status, 206, 304];
  if (!statuses.includes(response.status)) throw new Error(`expected ${route} to answer ${answer.status}, got ${response.status}`);
  if (answer.schema === undefined) return;
  const parsed = answer.schema.safeParse(await response.clone().json());
  if (!parsed.success) throw new Error(`expected the answer that the document has for ${route}: ${parsed.error.message}`);
}
