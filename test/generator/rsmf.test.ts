import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import JSZip from "jszip";
import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { rsmfFiles } from "../../generator/exports/rsmf.ts";
import { nodePlatform } from "../../generator/node-platform.ts";
import { completeHandoff } from "../../generator/package.ts";
import { readSession } from "../../generator/session-records.ts";
import { concat } from "../../record/bytes.ts";
import { SESSION_FORMAT } from "../../record/entry.ts";
import { program, temporaryFolder } from "./independent.ts";
import { plainViewer } from "./plain-viewer.ts";
import { SAMPLE_SESSIONS } from "./sample-sessions.ts";
import { makeSample, type SampleSession } from "./sample-source.ts";

const custom = z.array(z.object({ name: z.string().min(1), value: z.string().min(1) }));

/** The rules of `rsmf_schema_2_0_0.json`, as its documentation has them, for what a record fills. */
const manifest = z.strictObject({
  version: z.literal("2.0.0"),
  eventcollectionid: z.string(),
  participants: z.array(z.strictObject({ id: z.string().min(1), display: z.string(), custom })),
  conversations: z.array(
    z.strictObject({
      id: z.string().min(1),
      display: z.string(),
      platform: z.string().min(1),
      type: z.enum(["direct", "channel"]),
      participants: z.array(z.string().min(1)),
      custodian: z.string(),
      custom,
    }),
  ),
  events: z.array(
    z.strictObject({
      id: z.string().optional(),
      type: z.enum(["message", "disclaimer", "join", "leave", "history", "unknown"]),
      parent: z.string().optional(),
      participant: z.string().optional(),
      conversation: z.string(),
      timestamp: z.iso.datetime(),
      body: z.string(),
      custom,
    }),
  ),
});
type Manifest = z.infer<typeof manifest>;

interface Mail {
  headers: [string, string][];
  parts: { type: string; encoding: string; name: string | null; content: string }[];
}

/** A mail as Python reads it; content in base64. */
async function readMail(bytes: Uint8Array): Promise<Mail> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "a.rsmf");
  await writeFile(path, bytes);
  const script = `import base64, email, email.policy, json, sys
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
parts = [dict(type=p.get_content_type(), encoding=p["Content-Transfer-Encoding"], name=p.get_filename(), content=base64.b64encode(p.get_payload(decode=True)).decode()) for p in mail.iter_parts()]
assert not mail.defects and not any(p.defects for p in mail.iter_parts())
print(json.dumps(dict(headers=[(k, str(v)) for k, v in mail.items()], parts=parts)))`;
  return JSON.parse(await program("python3", ["-c", script, path]));
}

async function filesOf(session: SampleSession): Promise<Uint8Array[]> {
  const { source, signer } = await makeSample([session]);
  const handoff = completeHandoff(source, signer, plainViewer);
  const [stated] = handoff.sessions;
  if (stated === undefined) throw new Error("expected a session");
  const files: Uint8Array[] = [];
  for (const file of rsmfFiles(handoff, await readSession(source, stated), nodePlatform())) {
    const pieces: Uint8Array[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    files.push(concat(...pieces));
  }
  return files;
}

async function manifestOf(mail: Mail): Promise<Manifest> {
  const zip = await JSZip.loadAsync(Buffer.from(mail.parts.at(-1)?.content ?? "", "base64"));
  expect(Object.keys(zip.files)).toEqual(["rsmf_manifest.json"]);
  return manifest.parse(JSON.parse((await zip.file("rsmf_manifest.json")?.async("string")) ?? ""));
}

function expectReferences({ participants, conversations, events }: Manifest): void {
  const people = participants.map(({ id }) => id);
  expect(new Set(people).size).toBe(people.length);
  const ids = events.flatMap(({ id }) => (id === undefined ? [] : [id]));
  expect(new Set(ids).size).toBe(ids.length);
  for (const conversation of conversations)
    expect(people).toEqual(expect.arrayContaining([...conversation.participants, conversation.custodian]));
  for (const { participant, conversation, parent } of events) {
    if (participant !== undefined) expect(people).toContain(participant);
    expect(conversations.map(({ id }) => id)).toContain(conversation);
    if (parent !== undefined) expect(ids).toContain(parent);
  }
}

describe("a session as RSMF 2.0", () => {
  let mail: Mail;
  let content: Manifest;

  beforeAll(async () => {
    const [file] = await filesOf(SAMPLE_SESSIONS[0] as SampleSession);
    mail = await readMail(file as Uint8Array);
    content = await manifestOf(mail);
  });

  test("is a mail that names its version first, with exactly one attachment, rsmf.zip, in base64", () => {
    expect(mail.headers[0]).toEqual(["X-RSMF-Version", "2.0.0"]);
    expect(Object.fromEntries(mail.headers)).toMatchObject({
      "X-RSMF-EventCount": String(content.events.length),
      "X-RSMF-Participants": 'ACME-WS014, Dana "D" Reyes, @Kim Lee',
      Subject: '=HYPERLINK("http://evil.example","Printing stopped")',
    });
    const attached = mail.parts.filter(({ name }) => name !== null);
    expect(attached).toMatchObject([{ name: "rsmf.zip", type: "application/zip", encoding: "base64" }]);
  });

  test("has every entry as an event, and refers only to what it declares", () => {
    expectReferences(content);
    expect(content.events.filter(({ id }) => id !== undefined)).toHaveLength(SAMPLE_SESSIONS[0]?.entries.length ?? 0);
    expect(content.events.filter(({ type }) => type === "join")).toHaveLength(2);
    expect(content.events.find(({ id }) => id === "e9")).toMatchObject({ type: "message", participant: "p1", body: "thanks" });
  });

  test("has approvals in fields of their own, and hidden lines in disclaimers, with their digests", () => {
    const asked = content.events.find(({ id }) => id === "e4");
    expect(Object.fromEntries(asked?.custom.map(({ name, value }) => [name, value]) ?? [])).toMatchObject({
      "Approval: answer": "approved",
      "Approval: word": "-go on",
      "Approval: answered by": "p1",
    });
    const said = content.events.filter(({ type }) => type === "disclaimer").map(({ body }) => body);
    expect(said.join("\n")).toMatch(/command, line 1: credential, SHA-256 [0-9a-f]{64}/);
    expect(JSON.stringify(content)).not.toContain("Hunter2");
  });
});

test("a session of more than 10,000 events is sliced, and no event is lost", async () => {
  const chat = Array.from({ length: 10_200 }, (_, i) => ({
    fields: { kind: "chat" as const, by: "p0" },
    text: { message: `m${i}` },
  }));
  const [opened, joined] = SAMPLE_SESSIONS[0]?.entries ?? [];
  const closed = { fields: { kind: "closed" as const, by: "p0", outcome: "resolved" } };
  expect(opened?.fields.format).toBe(SESSION_FORMAT);
  const entries = [opened, joined, ...chat, closed].filter((entry) => entry !== undefined);
  const files = await filesOf({ title: "long", endpoint: 1, entries });
  expect(files.length).toBeGreaterThan(1);
  const ids: string[] = [];
  for (const file of files) {
    const content = await manifestOf(await readMail(file));
    expect(content.events.length).toBeLessThanOrEqual(10_000);
    expectReferences(content);
    ids.push(...content.events.flatMap(({ id }) => (id === undefined ? [] : [id])));
  }
  expect(ids).toEqual(entries.map((_, seq) => `e${seq}`));
});
