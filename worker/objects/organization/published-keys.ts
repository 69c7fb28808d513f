import { parseVerifierKey } from "../../../record/key.ts";
import { RECEIPT_NAMESPACE } from "../../../record/receipt.ts";
import { encodeAllowedSigner, SSHSIG_NAMESPACE } from "../../../record/sshsig.ts";
import type { SigningKeyView } from "../../schema.ts";

/** Where in the bucket the published keys lie, apart from packages, whose keys begin with an organisation's id. */
const PREFIX = "keys/";

/**
 * Publishes one key of an organisation. An object each, which its own organisation writes and the public page lists: so that page
 * needs no list of organisations and no way into any of their objects.
 * @param number of the key within its organisation, from 1. @param until when the next key took its place.
 */
export async function publishKey(
  bucket: R2Bucket,
  organization: string,
  number: number,
  { key, created }: SigningKeyView,
  until: string | undefined,
): Promise<void> {
  const { name, publicKey } = parseVerifierKey(key);
  const signer = encodeAllowedSigner({ principal: name, publicKey }, [SSHSIG_NAMESPACE, RECEIPT_NAMESPACE]).trimEnd();
  const metadata = { signer, from: created, ...(until === undefined ? {} : { until }) };
  const path = `${PREFIX}${organization}/${String(number).padStart(6, "0")}`;
  await bucket.put(path, `${signer}\n`, { customMetadata: metadata, httpMetadata: { contentType: "text/plain; charset=utf-8" } });
}

/**
 * All keys that ever signed here, as an allowed_signers file. Until when each signed is said in comments: as options they would make
 * ssh-keygen refuse an old package for the date of today.
 */
export async function publishedKeys(bucket: R2Bucket): Promise<string> {
  const lines = [...HEAD];
  let cursor: string | undefined;
  do {
    const options: R2ListOptions = { prefix: PREFIX, include: ["customMetadata"], ...(cursor === undefined ? {} : { cursor }) };
    const page = await bucket.list(options);
    for (const { customMetadata } of page.objects) {
      const { signer, from, until } = customMetadata ?? {};
      if (signer === undefined || from === undefined) continue;
      lines.push(until === undefined ? `# signs since ${from}` : `# signed from ${from} until ${until}`, signer);
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return `${lines.join("\n")}\n`;
}

const HEAD = [
  "# The keys of all organisations that sign with this deployment of Caisey Handoff, old ones too.",
  "# Whether a key is the organisation's that you know is for you to find out: ask it for the key's name.",
];
