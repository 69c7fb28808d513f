import { utf8 } from "../../../record/bytes.ts";
import { parseDisclosure } from "../../../record/disclosure.ts";
import { RecordError } from "../../../record/error.ts";
import type { Hashes } from "../../../record/hash.ts";
import type { PackageReader } from "../../../record/package-reader.ts";
import { GROUP_TIMESTAMP, TAG_MANIFEST, TIMESTAMP } from "../../../record/path.ts";
import { parseAllowedSigners } from "../../../record/sshsig.ts";
import { type VerifyOptions, verifyPackage } from "../../../record/verify.ts";
import { divideOver } from "./crew.ts";
import { packageIn } from "./package-in.ts";
import { certificatesIn } from "./pem.ts";
import type { Given, News, Port, StampAnswer, StampsAnswer, Task } from "./protocol.ts";
import { viewOf } from "./report-view.ts";
import { openSource } from "./source.ts";

/** Milliseconds between two reports of progress. */
const TOLD = 100;

/** Verifies a package with the help of a crew, and tells the page of it. */
export async function lead(
  { source: chosen, given, crew }: Extract<Task, { task: "lead" }>,
  page: Port,
  hashes: Hashes,
): Promise<void> {
  const tell = (news: News) => page.postMessage(news);
  try {
    const options = optionsOf(given);
    const source = "folder" in chosen ? { folder: packageIn(chosen.folder) } : chosen;
    const { reader, places } = await openSource(source);
    if (!reader.files.some(({ path }) => path === TAG_MANIFEST)) {
      throw new RecordError("bag/malformed", `expected a package: there is no ${TAG_MANIFEST} in it`);
    }
    let told = 0;
    const report = await verifyPackage(reader, {
      ...options,
      hashes,
      divide: divideOver(crew, source, places),
      timestamps: await timestamps(reader, given, page),
      onProgress: (read, total) => {
        const now = performance.now();
        if (now - told < TOLD) return;
        told = now;
        tell({ read, total });
      },
    });
    tell({ report: viewOf(report) });
  } catch (error) {
    tell({ unreadable: error instanceof RecordError ? error.message : undefined });
  }
}

/** @throws RecordError when what the reader gave is not what it should be: that must not look like a fault of the package. */
function optionsOf({ signers, disclosure }: Given): Pick<VerifyOptions, "trusted" | "disclosures"> {
  const trusted = signers.trim() === "" ? undefined : parseAllowedSigners(signers);
  if (trusted?.length === 0)
    throw new RecordError("signers/malformed", "expected a line with an Ed25519 key in the field for the sender's key");
  const revealed = disclosure.trim();
  return { trusted, disclosures: revealed === "" ? [] : [parseDisclosure(utf8(`${revealed}\n`))] };
}

/** How time stamps are checked; undefined when there are none, or no program for them. */
async function timestamps(reader: PackageReader, given: Given, page: Port): Promise<VerifyOptions["timestamps"]> {
  const authorities = given.authorities.trim() === "" ? undefined : certificatesIn(given.authorities);
  if (!reader.files.some(({ path }) => path === TIMESTAMP || path === GROUP_TIMESTAMP)) return undefined;
  const stamps = await new Promise<MessagePort | undefined>((resolve) => {
    page.onmessage = ({ data }: MessageEvent<StampsAnswer>) => resolve(data.stamps);
    page.postMessage({ wants: "stamps" } satisfies News);
  });
  if (stamps === undefined) return undefined;
  return {
    authorities,
    check: (token, over, trusted) =>
      new Promise((resolve, reject) => {
        stamps.onmessage = ({ data }: MessageEvent<StampAnswer>) =>
          "stamp" in data ? resolve(data.stamp) : reject(new RecordError("timestamp/malformed", data.fault));
        stamps.postMessage({ token, over, authorities: trusted });
      }),
  };
}
