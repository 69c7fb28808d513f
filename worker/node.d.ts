// Of Node's own modules, what this room uses of those that the platform has (compatibility flag nodejs_compat).

declare module "node:crypto" {
  export function createHash(algorithm: "sha256"): Hash;
  interface Hash {
    update(bytes: Uint8Array): Hash;
    digest(): Uint8Array;
  }
}

declare module "node:zlib" {
  export function crc32(bytes: Uint8Array, before: number): number;
  export function deflateRawSync(bytes: Uint8Array, options: { level: number; chunkSize: number }): Uint8Array;
}
