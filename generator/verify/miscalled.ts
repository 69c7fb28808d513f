import { RecordError } from "../../record/error.ts";

/** Whether what is wrong is how a command was called, not the package that it was given. */
export function isMiscalled(error: unknown): boolean {
  if (error instanceof RecordError) return error.code === "path/malformed";
  return error instanceof TypeError && String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
}
