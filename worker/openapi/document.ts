import * as z from "zod";
import { STATUS } from "../error.ts";
import { makeAnswers, type OperationAnswer } from "./answers.ts";
import { OPERATIONS, type Operation } from "./operations.ts";

/** OpenAPI 3.1, as far as this document uses it. */
export interface OpenApi {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, PathOperation>>;
  components: Record<string, unknown>;
  security: unknown[];
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

export interface PathOperation {
  summary: string;
  security?: [];
  parameters: { name: string; in: "path" | "query"; required: boolean; schema: JsonSchema }[];
  requestBody?: { required: true; content: { "application/json": { schema: JsonSchema } } };
  responses: Record<string, unknown>;
}

const VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * The API as it is mounted: every route stands here, whether or not more is known of it than that.
 * @param routes of the app. @param open paths that need no token.
 */
export function openApi(routes: readonly { method: string; path: string }[], open: readonly string[]): OpenApi {
  const paths: OpenApi["paths"] = {};
  const answers: Readonly<Record<string, OperationAnswer>> = makeAnswers();
  for (const { method, path } of routes) {
    if (!path.startsWith("/api/") || !VERBS.includes(method)) continue;
    const address = path.replace(/:([a-z]+)/g, "{$1}");
    paths[address] = { ...paths[address], [method.toLowerCase()]: operation(method, path, open.includes(path), answers) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Caisey Handoff",
      version: "1",
      description:
        "Lists come by cursor: give the `cursor` of an answer for the next page. What is not this organisation's is not found.",
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A session token of Clerk." },
      },
      schemas: {
        Error: {
          type: "object",
          required: ["error"],
          properties: {
            error: {
              type: "object",
              required: ["code", "message"],
              properties: { code: { enum: Object.keys(STATUS) }, message: { type: "string" } },
            },
          },
        },
      },
    },
    security: [{ session: [] }],
  };
}

function operation(
  method: string,
  path: string,
  isOpen: boolean,
  answers: Readonly<Record<string, OperationAnswer>>,
): PathOperation {
  const operations: Readonly<Record<string, Operation>> = OPERATIONS;
  const { summary = "", body, query } = operations[`${method} ${path}`] ?? {};
  const asked = query === undefined ? {} : (json(query).properties ?? {});
  const needed = query === undefined ? [] : (json(query).required ?? []);
  return {
    summary,
    ...(isOpen ? { security: [] as [] } : {}),
    parameters: [
      ...[...path.matchAll(/:([a-z]+)/g)].map(([, name = ""]) => ({
        ...{ name, in: "path" as const, required: true },
        schema: { type: "string" },
      })),
      ...Object.entries(asked).map(([name, schema]) => ({ name, in: "query" as const, required: needed.includes(name), schema })),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true as const, content: { "application/json": { schema: json(body) } } } }),
    responses: {
      ...answer(answers[`${method} ${path}`]),
      default: { description: "Refused.", content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } } },
    },
  };
}

function answer(given: OperationAnswer | undefined): Record<string, unknown> {
  if (given === undefined) return { "2XX": { description: "Done." } };
  const { status, schema, type } = given;
  const description = DESCRIPTIONS[status];
  if (schema !== undefined) return { [status]: { description, content: { "application/json": { schema: answered(schema) } } } };
  return { [status]: { description, ...(type === undefined ? {} : { content: { [type]: {} } }) } };
}

const DESCRIPTIONS: Record<OperationAnswer["status"], string> = {
  101: "The socket is open.",
  200: "Done.",
  201: "Made.",
  202: "Begun; what comes of it shows later.",
  204: "Done; there is nothing to say.",
};

/** What the Worker answers. */
function answered(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });
  return rest as JsonSchema;
}

/** What a caller may send; rules that JSON Schema has no words for are left out. */
function json(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest as JsonSchema;
}
