import { WorkerError } from "../../error.ts";
import type { HandoffState } from "../../schema.ts";
import { proven, type VerifiedOrganization } from "../name.ts";

type Row = {
  id: string;
  organization: string;
  group_id: string;
  recipient: string;
  state: HandoffState;
  created: string;
  period_from: string | null;
  period_to: string | null;
  letter: string;
  days: number | null;
  /** Milliseconds since 1970. */
  expires: number | null;
  /** The handoff that this one replaces, and the hash of its package's tag manifest. */
  replaces: string | null;
  replaces_manifest: string | null;
  replaced_by: string | null;
  /** What the client group was told last. */
  told: string | null;
};

/** What a later version of a handoff begins with, beside its sessions. */
export interface Successor {
  period: { from: string; to: string };
  letter: string;
  omissions: { session: string; reason: SaidReason }[];
  /** The earlier handoff, and SHA-256 of its package's tag manifest. */
  replaces: { handoff: string; manifest: string };
}

type SaidReason = "not-selected" | "privileged" | "other-endpoint";
export type Omission = SaidReason | "outside-period";

/** What a handoff is, beside its sessions. */
export class HandoffFacts {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(): Row {
    return this.#sql.exec<Row>("SELECT * FROM handoff").one();
  }

  /** What decides whether its links lead anywhere: asked for with every page that is served. */
  standing(): { id: string; state: HandoffState; expires: number | null } {
    type Standing = { id: string; state: HandoffState; expires: number | null };
    return this.#sql.exec<Standing>("SELECT id, state, expires FROM handoff").one();
  }

  organization(): VerifiedOrganization {
    return proven(this.get().organization);
  }

  /** @throws WorkerError `handoff/no-period`. */
  period(): { from: string; to: string } {
    const { period_from: from, period_to: to } = this.get();
    if (from === null || to === null) throw new WorkerError("handoff/no-period", "Choose a period first.");
    return { from, to };
  }

  /** When the package goes, in milliseconds since 1970. */
  setExpiry(expires: number): void {
    this.#sql.exec("UPDATE handoff SET expires = ?", expires);
  }

  setState(state: HandoffState): void {
    this.#sql.exec("UPDATE handoff SET state = ?", state);
  }

  /** @throws WorkerError `handoff/state` once it is being published. */
  demandEditable(): void {
    const { state } = this.get();
    if (state !== "draft" && state !== "in-review") throw wrongState(`This handoff is ${state}; it can't be changed any more.`);
  }

  /** Says why sessions are left out, where it is not for their time or just so. */
  setOmissions(omissions: readonly { session: string; reason: SaidReason }[]): void {
    this.#sql.exec("DELETE FROM omissions");
    for (const { session, reason } of omissions) {
      const insert = "INSERT INTO omissions VALUES (?, ?) ON CONFLICT (session) DO UPDATE SET reason = excluded.reason";
      this.#sql.exec(insert, session, reason);
    }
  }

  omissions(): { session: string; reason: SaidReason }[] {
    return this.#sql.exec<{ session: string; reason: SaidReason }>("SELECT session, reason FROM omissions").toArray();
  }

  /** Begins as a later version of another handoff. */
  succeed({ period, letter, omissions, replaces }: Successor): void {
    const update = "UPDATE handoff SET period_from = ?, period_to = ?, letter = ?, replaces = ?, replaces_manifest = ?";
    this.#sql.exec(update, period.from, period.to, letter, replaces.handoff, replaces.manifest);
    this.setOmissions(omissions);
  }

  /** Why a session that is not selected is left out. That it was not wanted tells less than that it is of another time. */
  omission(session: string, opened: string): Omission {
    const said = this.#sql.exec<{ reason: SaidReason }>("SELECT reason FROM omissions WHERE session = ?", session).toArray()[0];
    if (said !== undefined && said.reason !== "not-selected") return said.reason;
    const { period_from, period_to } = this.get();
    return opened < (period_from ?? "") || opened > (period_to ?? "") ? "outside-period" : "not-selected";
  }

  /** Where the package is in the bucket, or will be. */
  key(): string {
    const { id, organization } = this.get();
    return `${organization}/${id}.zip`;
  }

  /** The package in the bucket; null until there is one. It stays known when it is gone. */
  package(): StoredFacts | null {
    return this.#sql.exec<StoredFacts>("SELECT * FROM package").toArray()[0] ?? null;
  }

  /** @param maker names the program, whose next version makes other bytes. */
  keepPackage(stored: Pick<StoredFacts, "key" | "bytes" | "sha256">, created: string, expires: number, maker: string): void {
    const { key, bytes, sha256 } = stored;
    this.#sql.exec("DELETE FROM package");
    const insert = "INSERT INTO package (key, bytes, sha256, created, maker) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(insert, key, bytes, sha256, created, maker);
    this.#sql.exec("UPDATE handoff SET expires = ?", expires);
  }

  /** For how many days it is published, and for whom if that changes. */
  setTerms(days: number, recipient: string | undefined): void {
    this.#sql.exec("UPDATE handoff SET days = ?, recipient = coalesce(?, recipient)", days, recipient ?? null);
  }

  setReplacedBy(handoff: string): void {
    this.#sql.exec("UPDATE handoff SET replaced_by = ?", handoff);
  }

  setTold(told: string): void {
    this.#sql.exec("UPDATE handoff SET told = ?", told);
  }
}

type StoredFacts = { key: string; bytes: number; sha256: string; created: string; maker: string | null };

export function wrongState(message: string): WorkerError {
  return new WorkerError("handoff/state", message);
}
