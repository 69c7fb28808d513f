import { toBase64Url } from "../../id.ts";
import type { ReceiptView } from "../../link-schema.ts";
import { hashGrant } from "../../link-secret.ts";
import { type Asked, fileOutcome, packageOutcome } from "../../outcome.ts";
import type { AccessLog, Visitor } from "./access-log.ts";
import type { HandoffFacts } from "./facts.ts";
import type { LinkRow, Links } from "./links.ts";
import type { PackageFiles, ServedFile } from "./package-files.ts";
import { isPasscode, MOST_WRONG, waitAfter } from "./passcode.ts";

/** How long somebody is in who was let in: long enough to read for a day, or to fetch a large package with breaks. */
const GRANTED = 12 * 3_600_000;

/** The package's place in the bucket. */
export interface PackageFileView {
  key: string;
  bytes: number;
  sha256: string;
  handoff: string;
  /** When it was made, for Last-Modified. */
  created: string;
}

/** Who comes: what their address proves. */
export interface Comer {
  /** SHA-256 of the link's secret. */
  hash: Uint8Array;
  /** SHA-256 of the grant in the address, where there is one. */
  grant: Uint8Array | undefined;
  visitor: Visitor;
}

/** Why somebody with the right secret is not let in. `unknown` says nothing about why. */
export type Refused =
  | { result: "unknown" }
  | { result: "expired" }
  | { result: "revoked" }
  | { result: "used-up" }
  | { result: "locked" }
  /** They have to come in by the form first. @property left how often the link may still be opened; null for any number. */
  | { result: "entrance"; passcode: boolean; left: number | null };

/** What a link's address leads to. */
export type Opened =
  | Refused
  | { result: "no-such-file" }
  /** `file` is null for the whole package. `access` is its number in the log, or null where it isn't logged. */
  | { result: "file"; package: PackageFileView; file: ServedFile | null; access: number | null };

export type Entered =
  | Refused
  | { result: "in"; grant: string }
  | { result: "wrong"; left: number }
  /** Seconds until an attempt is taken again. */
  | { result: "wait"; seconds: number };

/** What the link's first page says. */
export interface Landing {
  result: "in";
  /** What the link is called. */
  name: string;
  /** Whether the address without a grant leads in as well. */
  isOpen: boolean;
  expires: string;
  organization: string;
  group: string;
  recipient: string;
  handoff: string;
  period: { from: string; to: string } | null;
  package: { bytes: number; sha256: string; created: string; files: number };
  /** Through this link, the newest first. */
  receipts: ReceiptView[];
}

/** Lets in whoever comes with a good link, and writes down what they take. */
export class Door {
  readonly #facts: HandoffFacts;
  readonly #links: Links;
  readonly #files: PackageFiles;
  readonly #log: AccessLog;

  constructor(facts: HandoffFacts, links: Links, files: PackageFiles, log: AccessLog) {
    this.#facts = facts;
    this.#links = links;
    this.#files = files;
    this.#log = log;
  }

  /** The link by which somebody is in, or why they are not. */
  check({ hash, grant }: Pick<Comer, "hash" | "grant">): { result: "in"; link: LinkRow } | Refused {
    const found = this.#find(hash);
    if (found.result !== "in") return found;
    const { link } = found;
    if (!isGuarded(link) || (grant !== undefined && this.#links.isGranted(link.id, grant))) return found;
    return this.#shut(link) ?? { result: "entrance", passcode: link.passcode !== null, left: left(link) };
  }

  /** @param path undefined for the whole package. @param noted whether the log should have it. */
  open(comer: Comer, path: string | undefined, asked: Asked, noted: boolean): Opened {
    const checked = this.check(comer);
    if (checked.result !== "in") return checked;
    const { link } = checked;
    const file = path === undefined ? null : this.#files.find(path);
    const stored = this.#facts.package();
    if (file === undefined || stored === null) return { result: "no-such-file" };
    const { status, bytes, from } = file === null ? packageOutcome(stored, asked) : fileOutcome(file, asked);
    let access: number | null = null;
    if (noted && !asked.isHead) {
      // Of a link without a door, this is where a visit begins. A download that goes on is the same one.
      const begins = file === null ? from === 0 && status < 300 : path === START;
      const opens = begins && !isGuarded(link);
      access = this.#log.add({ link: link.id, path: path ?? WHOLE, status, bytes }, comer.visitor, opens);
    }
    return { result: "file", package: { ...stored, handoff: this.#facts.standing().id }, file, access };
  }

  /** Lets somebody in by the form. Attempts are counted before they are looked at, so that many at once are as many as one by one. */
  async enter({ hash, visitor }: Comer, passcode: string, masterKey: string): Promise<Entered> {
    const found = this.#find(hash);
    if (found.result !== "in") return found;
    const { id, passcode: slow, wrong, wait } = found.link;
    const shut = this.#shut(found.link);
    if (shut !== undefined) return shut;
    if (slow !== null) {
      const seconds = Math.ceil((wait - Date.now()) / 1000);
      if (seconds > 0) {
        this.#log.add({ link: id, path: "passcode", status: 429, bytes: 0 }, visitor);
        return { result: "wait", seconds };
      }
      this.#links.setAttempts(id, wrong + 1, Date.now() + waitAfter(wrong + 1));
      if (!(await isPasscode(passcode, slow, masterKey))) {
        this.#log.add({ link: id, path: "passcode", status: 403, bytes: 0 }, visitor);
        const tries = MOST_WRONG - wrong - 1;
        return tries > 0 ? { result: "wrong", left: tries } : { result: "locked" };
      }
      // Meanwhile it may have been revoked, opened by another, or been given another passcode.
      const again = this.#find(hash);
      if (again.result !== "in") return again;
      if (again.link.limit !== null && again.link.opens >= again.link.limit) return { result: "used-up" };
      if (!isSame(again.link.passcode?.salt, slow.salt)) return { result: "wrong", left: MOST_WRONG - again.link.wrong };
      this.#links.setAttempts(id, 0, 0);
    }
    const grant = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    this.#links.grant(id, hashGrant(grant), Date.now() + GRANTED);
    this.#links.opened(id);
    this.#log.add({ link: id, path: slow === null ? "open" : "passcode", status: 303, bytes: 0 }, visitor);
    return { result: "in", grant };
  }

  /** The link of this secret, when it and its package are there still. */
  #find(hash: Uint8Array): { result: "in"; link: LinkRow } | Refused {
    const link = this.#links.find(hash);
    if (link === undefined) return { result: "unknown" };
    const { state, expires } = this.#facts.standing();
    if (state === "revoked" || link.revoked !== null) return { result: "revoked" };
    if (state !== "published" || (expires ?? 0) <= Date.now() || link.expires <= Date.now()) return { result: "expired" };
    return { result: "in", link };
  }

  /** Why nobody is let in any more by the form. */
  #shut({ limit, opens, passcode, wrong }: LinkRow): Refused | undefined {
    if (limit !== null && opens >= limit) return { result: "used-up" };
    return passcode !== null && wrong >= MOST_WRONG ? { result: "locked" } : undefined;
  }
}

/** The package as a whole, beside its files: no path in a package ends in `.zip`. */
export const WHOLE = "package.zip";
/** Where reading begins. */
export const START = "data/index.html";

export function isGuarded({ passcode, limit }: Pick<LinkRow, "passcode" | "limit">): boolean {
  return passcode !== null || limit !== null;
}

function left({ limit, opens }: LinkRow): number | null {
  return limit === null ? null : limit - opens;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
