/** The uploads that were opened and not ended. None may stay in the bucket: nothing shows it, and it is paid for. */
export class Uploads {
  readonly #sql: SqlStorage;
  readonly #bucket: R2Bucket;

  constructor(sql: SqlStorage, bucket: R2Bucket) {
    this.#sql = sql;
    this.#bucket = bucket;
  }

  /** Opens one. It is known before anything is put into it. */
  async open(key: string, httpMetadata: R2HTTPMetadata): Promise<R2MultipartUpload> {
    this.#sql.exec("INSERT INTO uploads (key, upload) VALUES (?, '')", key);
    const upload = await this.#bucket.createMultipartUpload(key, { httpMetadata });
    this.#sql.exec("UPDATE uploads SET upload = ? WHERE key = ? AND upload = ''", upload.uploadId, key);
    return upload;
  }

  /** It was completed. */
  forget(upload: string): void {
    this.#sql.exec("DELETE FROM uploads WHERE upload = ?", upload);
  }

  get isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM uploads").toArray().length === 0;
  }

  /**
   * Gives up all but one.
   * @param kept upload that is gone on with.
   * @returns whether none is left; else it is to be tried again.
   */
  async abandon(kept?: string | null): Promise<boolean> {
    const rows = this.#sql.exec<{ key: string; upload: string }>("SELECT key, upload FROM uploads").toArray();
    for (const { key, upload } of rows) {
      if (upload === kept) continue;
      if (upload === "") {
        // The process ended while the bucket opened one. Its number was never known; the bucket gives up such uploads after seven days.
        console.warn("an upload may have been opened that nobody knows of", key);
      } else if (!(await this.#abort(key, upload))) {
        continue;
      }
      this.#sql.exec("DELETE FROM uploads WHERE key = ? AND upload = ?", key, upload);
    }
    return this.#sql.exec("SELECT 1 FROM uploads WHERE upload IS NOT ?", kept ?? null).toArray().length === 0;
  }

  async #abort(key: string, upload: string): Promise<boolean> {
    try {
      await this.#bucket.resumeMultipartUpload(key, upload).abort();
      return true;
    } catch (error) {
      if (isGone(error)) return true;
      console.warn("an upload could not be given up yet", error instanceof Error ? error.name : "fault");
      return false;
    }
  }
}

/** Whether the bucket says that there is no such upload: completed, given up, or too old. R2's error 10024. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && /\(10024\)|upload does not exist/i.test(error.message);
}
