import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ApiClient, RefusedError } from "../../worker/openapi/client.ts";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: string;
}
let server: Server;
let client: ApiClient;
let seen: Seen[];
let answers: { status: number; body: unknown }[];

beforeAll(async () => {
  server = createServer(async (request: IncomingMessage, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, authorization: headers.authorization, body: await text(request) });
    const { status, body } = answers.shift() ?? { status: 500, body: null };
    response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  client = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => "token");
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
  answers = [];
});

test("puts values into the path so that none leads anywhere else, and sends the body", async () => {
  answers = [{ status: 201, body: { seq: 4 } }];
  const { seq } = await client.call("POST /api/sessions/:session/chat", {
    params: { session: "../groups?x" },
    body: { message: "Hello" },
  });
  expect(seq).toBe(4);
  expect(seen).toEqual([
    { method: "POST", url: "/api/sessions/..%2Fgroups%3Fx/chat", authorization: "Bearer token", body: '{"message":"Hello"}' },
  ]);
});

test("an answer without a body is null, a body that may be left out is an empty one", async () => {
  answers = [{ status: 204, body: undefined }];
  expect(await client.call("POST /api/handoffs/:handoff/cancel", { params: { handoff: "han_1" } })).toBeNull();
  expect(seen[0]?.body).toBe("{}");
});

test("gives all items of a list, page by page", async () => {
  answers = [
    { status: 200, body: { items: [{ group: "a" }, { group: "b" }], cursor: "x y" } },
    { status: 200, body: { items: [{ group: "c" }] } },
  ];
  const groups: string[] = [];
  for await (const { group } of client.items("GET /api/groups", { query: { limit: 2 } })) groups.push(group);
  expect(groups).toEqual(["a", "b", "c"]);
  expect(seen.map(({ url }) => url)).toEqual(["/api/groups?limit=2", "/api/groups?limit=2&cursor=x+y"]);
});

test("says with which code it was refused", async () => {
  answers = [{ status: 403, body: { error: { code: "auth/forbidden", message: "You may not." } } }];
  const refused = client.call("GET /api/organization");
  await expect(refused).rejects.toThrow(RefusedError);
  await expect(refused).rejects.toMatchObject({ status: 403, code: "auth/forbidden" });
});

test("the compiler knows routes, what they need and what they answer", () => {
  const never = () => [
    // @ts-expect-error: no such route
    client.call("GET /api/nothing"),
    // @ts-expect-error: it names a session
    client.call("GET /api/sessions/:session"),
    // @ts-expect-error: chat has a message
    client.call("POST /api/sessions/:session/chat", { params: { session: "x" }, body: { note: "x" } }),
    // @ts-expect-error: a search has words
    client.call("GET /api/groups/:group/search", { params: { group: "x" } }),
    // @ts-expect-error: it is no list
    client.items("GET /api/organization"),
    client.call("GET /api/organization").then(({ name }) => name.length),
    // @ts-expect-error: an organisation has no colour
    client.call("GET /api/organization").then(({ colour }) => colour),
  ];
  expect(never).toBeTypeOf("function");
});
