// Makes a package to be kept for ever: node test/record/frozen-make.ts <folder>. Those in fixtures/frozen are never made again.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePackage } from "../../generator/node.ts";
import type { PackageSource, SessionSource } from "../../generator/source.ts";
import { fromUtf8 } from "../../record/bytes.ts";
import { groupOrigin, signCheckpoint } from "../../record/checkpoint.ts";
import { PACKAGE_FORMAT } from "../../record/handoff.ts";
import { encodeVerifierKey, SIGNATURE_TYPE } from "../../record/key.ts";
import { signKeyStatement } from "../../record/key-statement.ts";
import { sessionPath } from "../../record/path.ts";
import { parseSessionText } from "../../record/session-text.ts";
import { encodeAllowedSigner } from "../../record/sshsig.ts";
import type { TextValue } from "../../record/text.ts";
import { rootOf } from "../../record/tree.ts";
import * as viewer from "../../viewer/renderer.ts";
import { Authority } from "./authority.ts";
import { testKey } from "./keys.ts";
import {
  ENDPOINTS,
  GROUP,
  IMPORTED,
  LIVE,
  ORGANIZATION,
  type RecordedSession,
  recordSession,
  type SampleSession,
  SESSIONS,
  witnessOf,
} from "./sample.ts";

const OLDER = testKey(ORGANIZATION.key.name, SIGNATURE_TYPE.log, "older");
const CREATED = "2026-11-22T09:30:00.000Z";

/** A session with an entry of every kind, and a line hidden for each reason. */
const EVERYTHING: SampleSession = {
  id: SESSIONS[0],
  endpoint: ENDPOINTS[0],
  mode: "live",
  witnessed: true,
  entries: [
    ...LIVE.entries.slice(0, 2),
    { fields: { kind: "joined", participant: "p1", role: "person" }, text: { name: "Kim Lee" } },
    { fields: { kind: "joined", participant: "p2", role: "agent" }, text: { name: "Caisey Handoff" } },
    {
      fields: { kind: "context", part: "os", columns: ["name", "value"], status: "ok" },
      text: { value: "system\tMicrosoft Windows Server 2019\nuptime\t12 days" },
    },
    {
      fields: { kind: "context", part: "updates", columns: [], status: "failed" },
      text: { value: "the RPC server is unavailable" },
    },
    { fields: { kind: "chat", by: "p1" }, text: { message: "Nobody can print since this morning 😕.\nCall me at 555-0142." } },
    { fields: { kind: "approval.asked", by: "p0" }, text: { command: "Restart-Service Spooler", reason: "it hangs" } },
    { fields: { kind: "approval.answered", asked: 7, by: "p1", answer: "approved" }, text: { word: "go on" } },
    {
      fields: { kind: "command", by: "p0", shell: "powershell", consent: "answered", answered: 8 },
      text: { command: "Restart-Service Spooler", directory: "C:\\Users\\dana" },
      seen: "2026-11-20T08:00:08.900Z",
    },
    {
      fields: { kind: "output", command: 9, stream: "stdout", newline: true },
      text: { output: "Status: Running\nservice account svc-print, password Hunter2!spooler" },
    },
    {
      fields: { kind: "output", command: 9, stream: "stderr", newline: false, replaced: 2 },
      text: { output: "Warnung: \ufffd\ufffd" },
    },
    {
      fields: {
        kind: "finished",
        command: 9,
        exit: 0,
        end: "exited",
        duration: 2211,
        cut: { stdout: 0, stderr: 12_399_989 },
      },
      text: { raw: `${"ab".repeat(32)} 70\n${"cd".repeat(32)} 12400000` },
    },
    {
      fields: { kind: "gap", from: "2026-11-20T08:00:12.000Z", to: "2026-11-20T08:00:13.000Z", cause: "agent-offline" },
      text: { detail: "Wi-Fi of the server room" },
    },
    { fields: { kind: "note", by: "p0", about: 9 }, text: { note: "driver\nlawyer's question\nof another client\nmy own matter" } },
    {
      fields: { kind: "closed", by: "p0", outcome: "resolved" },
      text: { summary: "driver replaced", todo: "order toner\ntell Kim" },
    },
  ],
  hide: [
    { seq: 6, field: "message", line: 1, reason: "personal-data", shown: "Call me at ********." },
    { seq: 10, field: "output", line: 1, reason: "credential", shown: "service account svc-print, password ********" },
    { seq: 14, field: "note", line: 1, reason: "privileged" },
    { seq: 14, field: "note", line: 2, reason: "third-party" },
    { seq: 14, field: "note", line: 3, reason: "erased" },
    { seq: 15, field: "todo", line: 1, reason: "other" },
  ],
};
const FROM_ELSEWHERE: SampleSession = {
  ...IMPORTED,
  witnessed: true,
  saw: 1,
  entries: IMPORTED.entries.map((entry, seq) =>
    seq === 0 ? { ...entry, text: { ...entry.text, source: "TeamLog export of 20 Nov 2026, case 1182" } } : entry,
  ),
};
const SHORT: SampleSession = { ...LIVE, id: SESSIONS[2], endpoint: ENDPOINTS[1], witnessed: false, saw: 2 };
const OMITTED: SampleSession = { ...IMPORTED, id: "ses_0000000000000004", mode: "live", witnessed: true };

/** What the generator reads of a recorded session. */
function sourceOf({ lines, checkpoint, files, stated }: RecordedSession): SessionSource {
  const texts = fromUtf8(files.get(sessionPath(stated.session, "text.jsonl")) as Uint8Array)
    .split("\n")
    .slice(0, -1);
  const parsed = texts.map((line) => parseSessionText(new TextEncoder().encode(line)));
  return {
    checkpoint: fromUtf8(checkpoint),
    async *entries() {
      for (const [seq, line] of lines.entries()) {
        const own = parsed.filter((one) => one.seq === seq).map(({ field, text }): [string, TextValue] => [field, text]);
        yield { line: fromUtf8(line), text: Object.fromEntries(own) };
      }
    },
  };
}

async function make(folder: string): Promise<void> {
  const { key, sign } = ORGANIZATION;
  const work = await mkdtemp(join(tmpdir(), "caisey-frozen-"));
  try {
    const authority = await Authority.create(work);
    const recorded: RecordedSession[] = [];
    // The key was changed after the sessions: their checkpoints are by the older one, the group log's by the present one.
    for (const [leaf, session] of [EVERYTHING, FROM_ELSEWHERE, SHORT, OMITTED].entries())
      recorded.push(await recordSession(session, leaf, { key: OLDER, log: recorded.map((one) => one.leaf) }));
    const inside = recorded.slice(0, 3);
    const leaves = recorded.map(({ leaf }) => leaf);
    const head = { origin: groupOrigin(key.name, GROUP), size: leaves.length, root: rootOf(leaves) };
    const groupCheckpoint = await signCheckpoint(head, key, sign);
    const statement = { old: OLDER.key, new: key, from: "2026-11-21T00:00:00.000Z" };
    const source: PackageSource = {
      handoff: {
        format: PACKAGE_FORMAT,
        handoff: "hnd_0000000000000001",
        replaces: "5d".repeat(32),
        created: CREATED,
        from: { organization: "Northwind IT", key: encodeVerifierKey(key) },
        to: { name: "Contoso Support" },
        client: { group: GROUP, name: "Acme Accounting" },
        period: { from: "2025-01-01T00:00:00.000Z", to: "2026-11-22T00:00:00.000Z" },
        letter: "Dear colleagues,\n\nplease start with the printer.\n\nDana Reyes",
        endpoints: ENDPOINTS.map((endpoint, i) => ({
          endpoint,
          name: `ACME-SRV0${i + 1}`,
          key: encodeVerifierKey(witnessOf(endpoint).key),
        })),
        sessions: inside.map(({ stated }) => stated),
        log: { size: leaves.length, omitted: [{ leaf: 3, reason: "privileged" }] },
      },
      groupCheckpoint: fromUtf8(groupCheckpoint),
      groupTimestamp: await authority.stamp(groupCheckpoint),
      keyStatements: [fromUtf8(await signKeyStatement(statement, OLDER.sign))],
      leaves,
      async session(id) {
        const found = inside.find(({ stated }) => stated.session === id);
        if (found === undefined) throw new Error(`expected a session of the sample, got ${id}`);
        return sourceOf(found);
      },
    };
    const signer = {
      publicKey: key.publicKey,
      sign: async (message: Uint8Array) => sign(message),
      timestamp: (signature: Uint8Array) => authority.stamp(signature),
    };
    await writePackage(source, signer, join(folder, "caisey-package-1.zip"), { viewer });
    const signers = (of: typeof OLDER) => encodeAllowedSigner({ principal: of.key.name, publicKey: of.key.publicKey });
    await writeFile(join(folder, "allowed_signers"), signers(ORGANIZATION));
    await writeFile(join(folder, "older_allowed_signers"), signers(OLDER));
    const der = Buffer.from(await authority.certificate()).toString("base64");
    const pem = `-----BEGIN CERTIFICATE-----\n${der.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;
    await writeFile(join(folder, "authority.pem"), pem);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const folder = process.argv[2];
if (import.meta.main && folder !== undefined) await make(folder);
