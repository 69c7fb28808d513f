import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { RecordError } from "../record/error.ts";
import type { AppEnv } from "./env.ts";
import { notFound, STATUS, WorkerError } from "./error.ts";

/** What goes with every answer of the API. */
export const API_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/**
 * An error as an answer: `{error: {code, message}}`. Whatever is not ours to explain is `internal` and says nothing: messages and
 * stacks of others may hold what nobody should read.
 */
export function answerError(error: unknown, c: Context<AppEnv>): Response {
  const known = asWorkerError(error);
  if (known.code === "internal" || known.code === "deployment/misconfigured") {
    console.error("request failed", c.req.method, c.req.routePath, known.code, error instanceof Error ? error.name : "fault");
  }
  return c.json({ error: { code: known.code, message: known.message } }, STATUS[known.code], API_HEADERS);
}

function asWorkerError(error: unknown): WorkerError {
  if (error instanceof WorkerError) return error;
  if (error instanceof RecordError) return new WorkerError("request/malformed", error.message);
  if (error instanceof HTTPException && error.status === 413)
    return new WorkerError("request/too-large", "The request is too large.");
  if (error instanceof HTTPException && error.status === 404) return notFound();
  return new WorkerError("internal", "Something went wrong here. It was not your doing; try again.");
}
