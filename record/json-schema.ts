import * as z from "zod";
import { entry } from "./entry.ts";
import { handoff } from "./handoff.ts";
import { sessionText } from "./session-text.ts";

/**
 * JSON Schemas (draft 2020-12) of what stands in `data/records/`, made of the schemas that records are read with: `entry` and `text` of a
 * line of `ID.entries.jsonl` and `ID.text.jsonl`, `handoff` of `handoff.json`. They say less than FORMAT.md: canonical bytes, order,
 * roots and signatures are beyond them.
 */
export function recordSchemas(): Record<"entry" | "handoff" | "text", unknown> {
  const schema = (of: z.ZodType, title: string) => ({ title, ...z.toJSONSchema(of, { unrepresentable: "any" }) });
  return {
    entry: schema(entry, "A line of ID.entries.jsonl"),
    handoff: schema(handoff, "handoff.json"),
    text: schema(sessionText, "A line of ID.text.jsonl"),
  };
}
