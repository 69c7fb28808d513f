import type { Context } from "hono";
import type * as z from "zod";
import { issues } from "../record/entry.ts";
import type { AppEnv } from "./env.ts";
import { WorkerError } from "./error.ts";

/** Largest body that the API takes, in bytes. */
export const BODY_LIMIT = 1_000_000;

/**
 * The JSON body of a request.
 * @throws WorkerError `request/malformed`, naming paths and rules, never values; `request/too-large`.
 */
export async function readBody<T extends z.ZodType>(c: Context<AppEnv>, schema: T): Promise<z.infer<T>> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") throw new WorkerError("request/malformed", "Send JSON, with content-type application/json.");
  let value: unknown;
  try {
    value = await c.req.json();
  } catch {
    throw new WorkerError("request/malformed", "The body is not JSON.");
  }
  return checked(schema, value);
}

/** @throws WorkerError `request/malformed`. */
export function readQuery<T extends z.ZodType>(c: Context<AppEnv>, schema: T): z.infer<T> {
  return checked(schema, c.req.query());
}

/** @throws WorkerError `request/not-a-websocket`. */
export function demandUpgrade(c: Context<AppEnv>): void {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new WorkerError("request/not-a-websocket", "Open this address as a WebSocket.");
  }
}

function checked<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new WorkerError("request/malformed", `This is not what is expected here: ${issues(parsed.error)}`);
  return parsed.data;
}
