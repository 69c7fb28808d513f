import type { PackageSigner, PackageSource, SessionSource } from "../../../generator/source.ts";
import { utf8 } from "../../../record/bytes.ts";
import { parseEntry } from "../../../record/entry.ts";
import { parseVerifierKey } from "../../../record/key.ts";
import { type SessionRedaction, SessionRedactor } from "../../../record/session-redaction.ts";
import type { Recorded } from "../../../record/wire.ts";
import { accepted } from "../../answer.ts";
import type { Bindings } from "../../env.ts";
import { WorkerError } from "../../error.ts";
import { organizationObject, sessionObject, type VerifiedOrganization } from "../name.ts";
import type { Budget } from "./budget.ts";

/** Entries fetched at once; the Session object bounds the bytes. */
const PAGE = 1000;

/** A session's entries as reviewed, from number `start` on, page by page out of its own object. */
export async function* reviewedEntries(
  env: Bindings,
  organization: VerifiedOrganization,
  session: string,
  redactions: readonly SessionRedaction[],
  start = 0,
  budget?: Budget,
): AsyncGenerator<Recorded> {
  const stub = sessionObject(env, organization, session);
  const redactor = new SessionRedactor(redactions);
  for (let from = start; ; ) {
    budget?.request();
    const { entries, size } = await accepted(stub.entries(from, PAGE));
    for (const { line, text } of entries) yield { line, text: redactor.apply(parseEntry(utf8(line)), text) };
    from += entries.length;
    if (entries.length === 0 || from >= size) return;
  }
}

/** What a package is made of, out of the objects that hold it. */
export function packageSource(
  env: Bindings,
  organization: VerifiedOrganization,
  frozen: Omit<PackageSource, "session">,
  session: (id: string) => { checkpoint: string; redactions: readonly SessionRedaction[] },
  budget?: Budget,
): PackageSource {
  return {
    ...frozen,
    async session(id): Promise<SessionSource> {
      const { checkpoint, redactions } = session(id);
      return { checkpoint, entries: () => reviewedEntries(env, organization, id, redactions, 0, budget) };
    },
  };
}

/**
 * The organisation's key, which stays in its own object. `sign` throws WorkerError `organization/key-changed` when it is not the
 * organisation's any more: nothing new is signed by an old key.
 * @param key C2SP verifier key that the package names.
 */
export function packageSigner(env: Bindings, organization: VerifiedOrganization, key: string): PackageSigner {
  return {
    publicKey: parseVerifierKey(key).publicKey,
    async sign(message) {
      const signed = await accepted(organizationObject(env, organization).sign(message));
      if (signed.key === key) return signed.signature;
      throw new WorkerError("organization/key-changed", "The signing key was changed while the package was being made.");
    },
  };
}
