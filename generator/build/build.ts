// Makes what `npm run package` runs: generator/dist/package.mjs, with its threads beside it.
import { join, resolve } from "node:path";
import { bundlePrograms } from "./bundle.ts";

const room = resolve(import.meta.dirname, "..");
await bundlePrograms({ package: join(room, "repackage/main.ts") }, join(room, "dist"));
