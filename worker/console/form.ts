import type { Context } from "hono";
import type * as z from "zod";
import { issues } from "../../record/entry.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";

/** What a form of the console sent. Line ends are as browsers send them made into those of the record. */
export interface Form {
  /** Empty when there is no such field. */
  text(name: string): string;
  /** Undefined when there is no such field, or nothing in it. */
  optional(name: string): string | undefined;
  /** The lines of a field that hold something. */
  lines(name: string): string[];
  has(name: string): boolean;
}

/** @throws WorkerError `request/malformed`. */
export async function readForm(c: Context<AppEnv>): Promise<Form> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw new WorkerError("request/malformed", "Use the form of the page.");
  // Not as text: the runtime warns of that for this type.
  const fields = new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()));
  const text = (name: string) => (fields.get(name) ?? "").replaceAll("\r\n", "\n");
  return {
    text,
    optional: (name) => (text(name).trim() === "" ? undefined : text(name)),
    lines: (name) =>
      text(name)
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
    has: (name) => fields.has(name),
  };
}

/** The value as the API would take it. @throws WorkerError `request/malformed`. */
export function taken<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new WorkerError("request/malformed", `Something in the form can't be taken: ${issues(parsed.error)}`);
  return parsed.data;
}

/** @throws WorkerError `request/malformed`. */
export function wholeNumber(form: Form, name: string): number {
  const text = form.text(name).trim();
  if (!/^\d{1,9}$/.test(text)) throw new WorkerError("request/malformed", `Expected a whole number for ${name}.`);
  return Number(text);
}
