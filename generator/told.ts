import { RecordError } from "../record/error.ts";
import { GeneratorError } from "./error.ts";

/** The stable code of an error of ours; undefined for any other. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof RecordError || error instanceof GeneratorError ? error.code : undefined;
}

/** What a command tells of an error: its message, after its code if it is ours. */
export function told(error: unknown): string {
  const code = codeOf(error);
  return `${code === undefined ? "" : `${code}: `}${(error as Error).message}`;
}
