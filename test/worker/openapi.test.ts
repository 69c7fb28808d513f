import { expect, test } from "vitest";
import { app } from "../../worker/app.ts";
import { makeAnswers, type OperationAnswer } from "../../worker/openapi/answers.ts";
import type { OpenApi } from "../../worker/openapi/document.ts";
import { OPERATIONS } from "../../worker/openapi/operations.ts";
import { call, fetchWorker, json } from "./api.ts";

const mounted = () =>
  new Set(
    app.routes
      .filter(({ method, path }) => path.startsWith("/api/") && method !== "ALL")
      .map(({ method, path }) => `${method} ${path}`),
  );

test("the document has every route that is mounted, and says nothing of others", async () => {
  const document = await json<OpenApi>("GET", "openapi.json");
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{([a-z]+)\}/g, ":$1")}`),
  );
  expect(new Set(told)).toEqual(mounted());
  expect(Object.keys(OPERATIONS).filter((route) => !mounted().has(route))).toEqual([]);
});

test("every route has its summary, and its answer with a schema, a type, or nothing in it", async () => {
  const answers: Record<string, OperationAnswer> = makeAnswers();
  expect(new Set(Object.keys(answers))).toEqual(mounted());
  expect(new Set(Object.keys(OPERATIONS))).toEqual(mounted());
  const { paths } = await json<OpenApi>("GET", "openapi.json");
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses, summary }] of Object.entries(methods)) {
      const [status = "", ...more] = Object.keys(responses).filter((name) => name !== "default");
      const { content } = responses[status] as { content?: Record<string, unknown> };
      expect({ path, method, summary: summary.length > 0, more, content: content !== undefined }).toEqual({
        ...{ path, method, summary: true, more: [] },
        content: !["204", "101"].includes(status),
      });
    }
  }
  expect(paths["/api/sessions/{session}"]?.get?.responses["200"]).toMatchObject({
    content: { "application/json": { schema: { type: "object", required: expect.arrayContaining(["session", "witnessed"]) } } },
  });
});

test("bodies and queries are those that the routes read with", async () => {
  const { paths } = await json<OpenApi>("GET", "openapi.json");
  const run = paths["/api/sessions/{session}/commands"]?.post;
  expect(run?.requestBody?.content["application/json"].schema).toMatchObject({
    type: "object",
    required: ["command", "reason"],
    additionalProperties: false,
  });
  const search = paths["/api/groups/{group}/search"]?.get;
  expect(search?.parameters.find(({ name }) => name === "q")).toMatchObject({ in: "query", required: true });
  expect(search?.parameters.find(({ name }) => name === "outcome")?.schema).toMatchObject({
    enum: expect.arrayContaining(["resolved"]),
  });
  expect(paths["/api/enrolments"]?.post?.security).toEqual([]);
  expect(paths["/api/groups"]?.get?.security).toBeUndefined();
});

test("the page shows it without scripts, to those who are signed in", async () => {
  const response = await call("GET", "reference");
  expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
  const page = await response.text();
  expect(page).toContain("GET /api/groups/{group}/search");
  expect(page).not.toMatch(/<script|https?:\/\/(?!json-schema)/);
  for (const path of ["/api/reference", "/api/openapi.json"]) expect((await fetchWorker(path)).status).toBe(401);
});
