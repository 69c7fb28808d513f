import { utf8 } from "../../record/bytes.ts";
import { recordSchemas } from "../../record/json-schema.ts";
import { contentType } from "../content-type.ts";
import type { PackageFile } from "../pack.ts";

/** JSON Schemas of the files under `data/records/`, for programs that read them. */
export function schemaFiles(): PackageFile[] {
  return Object.entries(recordSchemas()).map(([name, schema]) => {
    const path = `data/exports/schemas/${name}.schema.json`;
    return { path, type: contentType(path), content: () => [utf8(`${JSON.stringify(schema, null, 2)}\n`)] };
  });
}
