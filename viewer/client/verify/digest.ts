/** SHA-256 by the browser's own code. Takes a buffer of which `length` bytes count, and gives it back with the digest. */
export type Digest = (buffer: ArrayBuffer, length: number) => Promise<{ digest: Uint8Array; buffer: ArrayBuffer }>;

/**
 * That of this page or worker. Undefined where the browser has none: on pages that come without TLS, and in workers of pages without an
 * origin, as on a disk or behind a link.
 */
export function ownDigest(): Digest | undefined {
  const { subtle } = globalThis.crypto ?? {};
  return (
    subtle &&
    (async (buffer, length) => ({
      digest: new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(buffer, 0, length))),
      buffer,
    }))
  );
}
