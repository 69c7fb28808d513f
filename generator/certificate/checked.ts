import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { FINDING_KINDS, type Finding } from "../../record/finding.ts";
import type { PackageReader } from "../../record/package-reader.ts";
import { TAG_MANIFEST } from "../../record/path.ts";
import { sshFingerprint } from "../../record/sshsig.ts";
import type { Report } from "../../record/verify.ts";
import type { CertificatePage, CheckedPackage } from "../../viewer/page.ts";
import { nodePlatform } from "../node-platform.ts";
import { packageSource } from "../rebuild/package-source.ts";
import { readSession } from "../session-records.ts";
import { Tally } from "../tally.ts";
import { GENERATOR_VERSION } from "../version.ts";
import { certificatePage } from "./page.ts";

/**
 * The draft certification of a package, from its records alone.
 * @throws RecordError, GeneratorError when the records can't be read.
 */
export async function certificateOf(reader: PackageReader): Promise<CertificatePage> {
  const { source, handoff } = await packageSource(reader);
  const tally = new Tally(handoff, nodePlatform());
  for (const session of handoff.sessions) tally.add(await readSession(source, session));
  return certificatePage(source, handoff, tally);
}

/**
 * What is known of a package only now that it is finished and was verified.
 * @param path of the ZIP or folder that `reader` reads and `report` is about.
 * @param at when it was verified.
 */
export async function checkedPackage(path: string, reader: PackageReader, report: Report, at: Date): Promise<CheckedPackage> {
  const { signer, verdicts, findings, times } = report;
  if (report.verdict !== "verified" || signer === undefined) throw new TypeError("expected a package that verifies");
  const file = await stat(path);
  return {
    zip: file.isFile() ? { name: basename(path), size: file.size, sha256: await sha256(createReadStream(path)) } : null,
    tagManifest: await sha256(reader.open(TAG_MANIFEST)),
    signer: sshFingerprint(signer),
    verdicts,
    notes: notesOf(findings),
    times: { group: times.group ?? null, package: times.package ?? null },
    checked: { at: at.toISOString(), version: GENERATOR_VERSION },
  };
}

function notesOf(findings: readonly Finding[]): CheckedPackage["notes"] {
  const notes = new Map<string, CheckedPackage["notes"][0]>();
  for (const { code, status } of findings) {
    if (status !== "note") continue;
    const known = notes.get(code);
    if (known === undefined) notes.set(code, { code, count: 1, means: FINDING_KINDS[code].means });
    else known.count++;
  }
  return [...notes.values()];
}

async function sha256(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
