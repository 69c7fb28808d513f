import { compiledViewer } from "../../../generator/compiled-viewer.ts";
import type { PayloadState } from "../../../generator/package.ts";
import { packageZip } from "../../../generator/package-zip.ts";
import type { PackageSigner, PackageSource } from "../../../generator/source.ts";
import { GENERATOR_VERSION } from "../../../generator/version.ts";
import type { ZipRow } from "../../../generator/zip.ts";
import { fromUtf8, utf8 } from "../../../record/bytes.ts";
import type { Budget } from "./budget.ts";
import { workerPlatform } from "./platform.ts";
import type { Progress } from "./progress.ts";
import { Spools } from "./spools.ts";
import { Upload, type UploadState } from "./upload.ts";
import { Uploads } from "./uploads.ts";

/** A package that lies in the bucket as a whole. */
export interface StoredPackage {
  key: string;
  bytes: number;
  sha256: string;
  rows: ZipRow[];
}

/** Names what decides a package's bytes beside what it is made of. */
export const MAKER = `${GENERATOR_VERSION}/${compiledViewer.viewerHash}`;

/** What a slice goes on from, beside rows, spools and the bytes that fill no part yet. */
interface Saved {
  payload: PayloadState;
  upload: UploadState;
}

/**
 * Writes a package into the bucket, slice by slice. What a slice made is kept at its end in one transaction; one that was cut short is
 * made again, from there.
 */
export class Generation {
  readonly #storage: DurableObjectStorage;
  readonly #bucket: R2Bucket;
  readonly #progress: Progress;
  readonly #spools: Spools;
  readonly #uploads: Uploads;

  constructor(storage: DurableObjectStorage, bucket: R2Bucket, progress: Progress) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#progress = progress;
    this.#spools = new Spools(storage.sql);
    this.#uploads = new Uploads(storage.sql, bucket);
  }

  /** Whether an upload is open that is not gone on with any more. */
  get hasLeftover(): boolean {
    return !this.#uploads.isEmpty;
  }

  /**
   * The next slice.
   * @returns undefined when there is more to do.
   * @throws whatever `signal` was aborted with, before anything is kept.
   */
  async slice(
    source: PackageSource,
    signer: PackageSigner,
    key: string,
    budget: Budget,
    signal: AbortSignal,
  ): Promise<StoredPackage | undefined> {
    const saved = this.#saved();
    await this.#uploads.abandon(saved?.upload.upload);
    const rows = this.#rows();
    const before = rows.length;
    const tail = this.#spools.get("tail");
    const upload = new Upload(this.#bucket, key, this.#uploads, saved && { ...saved.upload, tail });
    const platform = budget.counting(workerPlatform(this.#spools));
    const pause = { from: saved?.payload, isDue: () => budget.isSpent };
    const pieces = packageZip(source, signer, { platform, viewer: compiledViewer, rows, pause });
    try {
      let next = await pieces.next();
      for (; !next.done; next = await pieces.next()) {
        signal.throwIfAborted();
        await upload.write(next.value);
      }
      signal.throwIfAborted();
      const payload = next.value;
      if (payload !== undefined) {
        this.#save({ payload, upload }, rows, before);
        return undefined;
      }
    } finally {
      await pieces.return(undefined);
    }
    this.#progress.phase("storing");
    const stored = await upload.finish();
    signal.throwIfAborted();
    return { key, ...stored, rows };
  }

  /** Gives up what is made so far; nothing of it stays in the bucket. @returns whether that is so; else it is to be tried again. */
  async abandon(): Promise<boolean> {
    this.clear();
    return this.#uploads.abandon();
  }

  /** Forgets what is made so far, but for open uploads. */
  clear(): void {
    this.#storage.transactionSync(() => {
      this.#spools.drop();
      this.#storage.sql.exec("DELETE FROM zip_rows");
    });
  }

  #save({ payload, upload }: { payload: PayloadState; upload: Upload }, rows: readonly ZipRow[], before: number): void {
    this.#storage.transactionSync(() => {
      const { state, tail } = upload.save();
      this.#spools.flush();
      this.#spools.put("tail", tail);
      this.#spools.put("state", utf8(JSON.stringify({ payload, upload: state } satisfies Saved)));
      for (const [i, row] of rows.slice(before).entries()) {
        this.#storage.sql.exec("INSERT INTO zip_rows VALUES (?, ?)", before + i, JSON.stringify(row));
      }
      this.#progress.advanced({ sessions: payload.sessions, bytes: upload.length, files: rows.length });
    });
  }

  #saved(): Saved | undefined {
    const bytes = this.#spools.get("state");
    return bytes.length === 0 ? undefined : (JSON.parse(fromUtf8(bytes)) as Saved);
  }

  #rows(): ZipRow[] {
    const rows = this.#storage.sql.exec<{ row: string }>("SELECT row FROM zip_rows ORDER BY number").toArray();
    return rows.map(({ row }) => JSON.parse(row) as ZipRow);
  }
}
