import { concat, fromHex, toHex } from "../../../record/bytes.ts";
import { ResumableSha256 } from "./resumable-sha256.ts";
import type { Uploads } from "./uploads.ts";

/** Size of the parts of an upload: R2 wants at least 5 MiB, and all but the last the same. A multiple of the hash's block. */
export const PART = 5 << 20;

/** What an upload that was put away goes on from, beside the bytes that fill no part yet. */
export interface UploadState {
  /** Null while there was no part to upload. */
  upload: string | null;
  parts: { partNumber: number; etag: string }[];
  /** Bytes in these parts. */
  bytes: number;
  /** {@link ResumableSha256} over them; 80 hexadecimal digits. */
  hash: string;
}

/** A package on its way into the bucket. Holds no more than one part. */
export class Upload {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #uploads: Uploads;
  readonly #hash: ResumableSha256;
  readonly #parts: { partNumber: number; etag: string }[];
  #open: R2MultipartUpload | undefined;
  #bytes: number;
  #held: Uint8Array[];
  #heldLength: number;

  constructor(bucket: R2Bucket, key: string, uploads: Uploads, from: (UploadState & { tail: Uint8Array }) | undefined) {
    this.#bucket = bucket;
    this.#key = key;
    this.#uploads = uploads;
    this.#hash = from === undefined ? new ResumableSha256() : ResumableSha256.restore(fromHex(from.hash, from.hash.length / 2));
    this.#parts = from?.parts.slice() ?? [];
    this.#open = from?.upload ? bucket.resumeMultipartUpload(key, from.upload) : undefined;
    this.#bytes = from?.bytes ?? 0;
    this.#held = from === undefined ? [] : [from.tail];
    this.#heldLength = from?.tail.length ?? 0;
  }

  /** How many bytes it was given. */
  get length(): number {
    return this.#bytes + this.#heldLength;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const taken = bytes.subarray(at, at + PART - this.#heldLength);
      // Pieces are the maker's own, and come again in another content.
      this.#held.push(taken.slice());
      this.#heldLength += taken.length;
      at += taken.length;
      if (this.#heldLength === PART) await this.#uploadPart();
    }
  }

  save(): { state: UploadState; tail: Uint8Array } {
    const { uploadId: upload = null } = this.#open ?? {};
    const tail = concat(...this.#held);
    this.#held = [tail];
    return { state: { upload, parts: this.#parts.slice(), bytes: this.#bytes, hash: toHex(this.#hash.save()) }, tail };
  }

  /** The last bytes: now it lies in the bucket as a whole, or not at all. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    const { length: bytes } = this;
    const tail = concat(...this.#held);
    if (this.#open === undefined) {
      // Less than a part: no upload is opened that could be left behind.
      await this.#bucket.put(this.#key, tail, { httpMetadata: HTTP });
    } else {
      const last = { partNumber: this.#parts.length + 1 };
      const parts = tail.length === 0 ? this.#parts : [...this.#parts, await this.#open.uploadPart(last.partNumber, tail)];
      await this.#open.complete(parts);
      this.#uploads.forget(this.#open.uploadId);
    }
    return { bytes, sha256: toHex(this.#hash.update(tail).digest()) };
  }

  async #uploadPart(): Promise<void> {
    const part = concat(...this.#held);
    this.#open ??= await this.#uploads.open(this.#key, HTTP);
    const { partNumber, etag } = await this.#open.uploadPart(this.#parts.length + 1, part);
    this.#parts.push({ partNumber, etag });
    this.#hash.update(part);
    this.#bytes += part.length;
    this.#held = [];
    this.#heldLength = 0;
  }
}

const HTTP: R2HTTPMetadata = { contentType: "application/zip" };
