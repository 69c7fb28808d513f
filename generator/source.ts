import type { Handoff } from "../record/handoff.ts";
import type { Recorded } from "../record/wire.ts";

/** What a package is made of: already reviewed and redacted. The generator never sees a hidden line. */
export interface PackageSource {
  /** Everything the outgoing MSP says; `generator` is filled in by the generator. */
  handoff: Omit<Handoff, "generator">;
  /** The group log's checkpoint as a signed note. Its size is `handoff.log.size`. */
  groupCheckpoint: string;
  /** RFC 3161 response (DER) over the bytes of `groupCheckpoint`, when an authority is configured. */
  groupTimestamp?: Uint8Array | undefined;
  /** Signed notes by which older keys of the organisation lead to the one that signs, the oldest first; see record/key-statement.ts. */
  keyStatements?: readonly string[] | undefined;
  /** All leaf hashes of the group log in order, 32 bytes each. */
  leaves: readonly Uint8Array[];
  /** Records of one selected session, read once or more, always the same. */
  session(id: Handoff["sessions"][number]["session"]): Promise<SessionSource>;
}

/** One session's records. Redacted texts stand as items, see record/text.ts. */
export interface SessionSource {
  /** Final checkpoint as a signed note, with the endpoint's cosignature if there is one. */
  checkpoint: string;
  /** Entries from number 0 on, each with its texts. */
  entries(): AsyncIterable<Recorded>;
}

/** The organisation's Ed25519 key, wherever it is held. */
export interface PackageSigner {
  /** Raw public key, 32 bytes. */
  publicKey: Uint8Array;
  /** Raw signature, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /**
   * RFC 3161 response (DER) over the bytes of the package's signature file, when an authority is configured; undefined when there is none
   * to be had. For the same bytes it must give the same, or a package that is made again is another one.
   */
  timestamp?(signature: Uint8Array): Promise<Uint8Array | undefined>;
}
