import { blocks } from "../../../generator/blocks.ts";
import { compiledViewer } from "../../../generator/compiled-viewer.ts";
import { packageZip } from "../../../generator/package-zip.ts";
import type { PackageSigner, PackageSource } from "../../../generator/source.ts";
import { webPlatform } from "../../../generator/web.ts";
import type { ZipRow } from "../../../generator/zip.ts";
import { toHex } from "../../../record/bytes.ts";
import type { HandoffView } from "../../schema.ts";

/** Size of the parts of an upload: R2 wants at least 5 MiB, and all but the last the same. */
const PART = 8 << 20;

/** A package that lies in the bucket as a whole. */
export interface StoredPackage {
  key: string;
  bytes: number;
  sha256: string;
  rows: ZipRow[];
}

/** Writes a package into the bucket, holding no more than one part of it. One that was cut short is given up and begun again. */
export class Generation {
  readonly #sql: SqlStorage;
  readonly #bucket: R2Bucket;

  constructor(sql: SqlStorage, bucket: R2Bucket) {
    this.#sql = sql;
    this.#bucket = bucket;
  }

  /** Null before the first attempt and after the last one ended well. */
  view(): HandoffView["generation"] {
    return (
      this.#sql
        .exec<{ attempt: number; bytes: number; files: number; failure: string | null }>(
          "SELECT attempt, bytes, files, failure FROM generation",
        )
        .toArray()[0] ?? null
    );
  }

  /** Begins to count attempts. Call it in the transaction that changes the handoff's state. */
  start(): void {
    this.#sql.exec("DELETE FROM generation");
    this.#sql.exec("INSERT INTO generation (attempt, bytes, files) VALUES (0, 0, 0)");
  }

  fail(failure: string): void {
    this.#sql.exec("UPDATE generation SET failure = ?", failure);
  }

  clear(): void {
    this.#sql.exec("DELETE FROM generation");
  }

  async run(source: PackageSource, signer: PackageSigner, key: string): Promise<StoredPackage> {
    await this.abandon(key);
    const upload = await this.#bucket.createMultipartUpload(key, { httpMetadata: { contentType: "application/zip" } });
    this.#sql.exec("UPDATE generation SET attempt = attempt + 1, upload = ?, bytes = 0, files = 0", upload.uploadId);
    const digest = new crypto.DigestStream("SHA-256");
    const digester = digest.getWriter();
    const rows: ZipRow[] = [];
    const parts: R2UploadedPart[] = [];
    let bytes = 0;
    for await (const block of blocks(packageZip(source, signer, { platform: webPlatform, viewer: compiledViewer, rows }), PART)) {
      await digester.write(block);
      parts.push(await upload.uploadPart(parts.length + 1, block));
      bytes += block.length;
      this.#sql.exec("UPDATE generation SET bytes = ?, files = ?", bytes, rows.length);
    }
    await digester.close();
    await upload.complete(parts);
    return { key, bytes, sha256: toHex(new Uint8Array(await digest.digest)), rows };
  }

  /** Gives up the upload of an attempt that was cut short; nothing of it stays in the bucket. */
  async abandon(key: string): Promise<void> {
    const upload = this.#sql.exec<{ upload: string | null }>("SELECT upload FROM generation").toArray()[0]?.upload;
    if (!upload) return;
    try {
      await this.#bucket.resumeMultipartUpload(key, upload).abort();
    } catch (error) {
      // It was completed in the last moment, or given up before: then there is nothing left to give up.
      console.warn("an earlier upload could not be given up", error instanceof Error ? error.name : "fault");
    }
    this.#sql.exec("UPDATE generation SET upload = NULL");
  }
}
