import { createHash } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import type { Platform } from "../../../generator/platform.ts";
import { webPlatform } from "../../../generator/web.ts";
import { deflateOptions } from "../../../generator/zlib-options.ts";
import { toHex } from "../../../record/bytes.ts";
import type { Spools } from "./spools.ts";

/** What the generator finds in the Worker: the platform's own hashes and zlib, and the object's storage for what has to wait. */
export function workerPlatform(spools: Spools): Platform {
  return {
    ...webPlatform,
    sha256() {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    },
    digest(bytes) {
      const hash = createHash("sha256");
      hash.update(bytes);
      return toHex(hash.digest());
    },
    crc32: (bytes, before = 0) => crc32(bytes, before),
    deflate: async (bytes, manner) => deflateRawSync(bytes, deflateOptions(bytes.length, manner)),
    spool: (name, length) => spools.open(name, length),
  };
}
