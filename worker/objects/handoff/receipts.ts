import { fromUtf8 } from "../../../record/bytes.ts";
import { parseVerifierKey } from "../../../record/key.ts";
import { encodeReceipt, RECEIPT_FORMAT, RECEIPT_NAMESPACE } from "../../../record/receipt.ts";
import { sshSign } from "../../../record/sshsig.ts";
import { accepted } from "../../answer.ts";
import { now } from "../../clock.ts";
import { pageOf, parseCursor } from "../../cursor.ts";
import type { Bindings } from "../../env.ts";
import { notFound } from "../../error.ts";
import { newId } from "../../id.ts";
import type { ReceiptView, ReceiptWords, SignedReceipt } from "../../link-schema.ts";
import type { Page } from "../../schema.ts";
import { organizationObject, type VerifiedOrganization } from "../name.ts";
import { packageSigner } from "./source.ts";

/** Acknowledgements of receipt, each signed once, when it was made. */
export class Receipts {
  readonly #sql: SqlStorage;
  readonly #env: Bindings;

  constructor(sql: SqlStorage, env: Bindings) {
    this.#sql = sql;
    this.#env = env;
  }

  /** Signs what a recipient says, with the organisation's present key. Nothing is stored yet. */
  async sign(
    organization: VerifiedOrganization,
    about: { handoff: string; package: { sha256: string; bytes: number }; link: string },
    words: ReceiptWords,
  ): Promise<ReceiptView & SignedReceipt> {
    const { key, name } = await accepted(organizationObject(this.#env, organization).profile());
    const id = newId("rcp");
    const at = now();
    const said = { receipt: id, at, ...words, link: about.link };
    const bytes = encodeReceipt({
      ...said,
      format: RECEIPT_FORMAT,
      handoff: about.handoff,
      package: { sha256: about.package.sha256, bytes: about.package.bytes },
      organization: name,
      key,
    });
    const { sign } = packageSigner(this.#env, organization, key);
    const signature = await sshSign(bytes, parseVerifierKey(key).publicKey, sign, RECEIPT_NAMESPACE);
    return { ...said, body: fromUtf8(bytes), signature };
  }

  keep(link: string, { receipt, at, name, company, statement, body, signature }: ReceiptView & SignedReceipt): void {
    this.#sql.exec(
      "INSERT INTO receipts (id, link, at, name, company, statement, body, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[receipt, link, at, name, company, statement, body, signature],
    );
  }

  /** @param link of this link only. @throws WorkerError `not-found`. */
  get(receipt: string, link?: string): SignedReceipt {
    const row = this.#sql
      .exec<{ body: string; signature: string }>(
        "SELECT body, signature FROM receipts WHERE id = ? AND link = coalesce(?, link)",
        receipt,
        link ?? null,
      )
      .toArray()[0];
    if (row === undefined) throw notFound();
    return row;
  }

  count(link: string): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM receipts WHERE link = ?", link).one().count;
  }

  /** Those through one link, or all; the newest first. */
  list(cursor: string | undefined, limit: number, link?: string): Page<ReceiptView> {
    type Row = { number: number; id: string; at: string; name: string; company: string; statement: string; of: string };
    const [before] = parseCursor(cursor, 1) ?? [];
    const rows = this.#sql
      .exec<Row>(
        `SELECT number, receipts.id, at, receipts.name, company, statement, links.name AS "of" FROM receipts
         JOIN links ON links.id = link WHERE number < ? AND link = coalesce(?, link) ORDER BY number DESC LIMIT ?`,
        before === undefined ? Number.MAX_SAFE_INTEGER : Number(before),
        link ?? null,
        limit + 1,
      )
      .toArray();
    return pageOf(
      rows,
      limit,
      ({ id, at, name, company, statement, of }) => ({ receipt: id, at, name, company, statement, link: of }),
      (row) => [String(row.number)],
    );
  }
}
