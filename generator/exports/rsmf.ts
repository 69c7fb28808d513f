import { concatAll, toBase64, utf8 } from "../../record/bytes.ts";
import type { Handoff } from "../../record/handoff.ts";
import { contentType } from "../content-type.ts";
import type { PackageFile, PackedFile } from "../pack.ts";
import type { Platform } from "../platform.ts";
import type { SessionRecords } from "../session-records.ts";
import { GENERATOR_VERSION } from "../version.ts";
import { METHOD } from "../zip.ts";
import { ZipWriter } from "../zip-writer.ts";
import { base64Lines } from "./base64-lines.ts";
import { MACHINE, type RsmfEvent, rsmfEvents } from "./rsmf-events.ts";
import { shown } from "./shown.ts";

/** Relativity recommends no more in one file. */
const EVENTS = 10_000;
const BOUNDARY = "RSMFEML";
const MANIFEST_NAME = "rsmf_manifest.json";

/**
 * A session as Relativity's short message format 2.0, for e-discovery tools: a mail (RFC 5322) with an `rsmf.zip` that holds
 * `rsmf_manifest.json`. A session of more than 10,000 events is sliced into several files of one collection.
 */
export function rsmfFiles(handoff: Handoff, records: SessionRecords, platform: Platform): PackageFile[] {
  const events = records.entries.length + records.session.redactedLines;
  // A bound, so that the files are known before their events are made.
  const slices = events <= EVENTS ? 1 : Math.ceil(records.entries.length / (EVENTS / 2));
  return Array.from({ length: slices }, (_, slice) => {
    const path = `data/exports/rsmf/${records.session.session}${slice === 0 ? "" : `-${slice + 1}`}.rsmf`;
    return { path, type: contentType(path), manner: "codes", content: () => mail(handoff, records, platform, slice, slices) };
  });
}

async function* mail(
  handoff: Handoff,
  records: SessionRecords,
  platform: Platform,
  slice: number,
  slices: number,
): AsyncGenerator<Uint8Array> {
  const { session } = records;
  const from = slices === 1 ? 0 : (slice * EVENTS) / 2;
  const to = slices === 1 ? records.entries.length : Math.min(from + EVENTS / 2, records.entries.length);
  const events = rsmfEvents(handoff, records, from, to);
  const people = participantsOf(handoff, records);
  const manifest = utf8(JSON.stringify(manifestOf(handoff, records, people, events)));
  let { opened: begins, closed: ends } = session;
  for (const [i, { timestamp }] of events.entries()) {
    if (i === 0 || timestamp < begins) begins = timestamp;
    if (i === 0 || timestamp > ends) ends = timestamp;
  }
  const names = people.map(({ display }) => display).join(", ");
  const part = slices === 1 ? "" : `, part ${slice + 1} of ${slices}`;
  const text = `${session.title}\n${session.session}, ${session.opened} to ${session.closed}${part}\nWith ${names}\n${events.length} events. The record itself, with its proofs, is in data/records of package ${handoff.handoff}.\n`;
  const head = [
    "X-RSMF-Version: 2.0.0",
    `X-RSMF-Generator: Caisey Handoff ${GENERATOR_VERSION}`,
    `X-RSMF-BeginDate: ${begins}`,
    `X-RSMF-EndDate: ${ends}`,
    `X-RSMF-EventCount: ${events.length}`,
    "X-RSMF-AttachmentCount: 0",
    "X-RSMF-Application: Caisey",
    `X-RSMF-Participants: ${encodedWords(names)}`,
    `X-RSMF-EventCollectionID: ${session.session}`,
    `Date: ${mailDate(session.opened)}`,
    "From: Caisey Handoff <recorder@caisey.invalid>",
    `Subject: ${encodedWords(`${session.title}${part}`)}`,
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${BOUNDARY}"`,
    "",
    `--${BOUNDARY}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ];
  yield utf8(head.join("\r\n"));
  yield base64Lines(utf8(text));
  const attached = [
    `--${BOUNDARY}`,
    'Content-Type: application/zip; name="rsmf.zip"',
    'Content-Disposition: attachment; filename="rsmf.zip"',
    "Content-Transfer-Encoding: base64",
    "",
    "",
  ];
  yield utf8(attached.join("\r\n"));
  yield base64Lines(await zipOf(manifest, handoff.created, platform));
  yield utf8(`--${BOUNDARY}--\r\n`);
}

interface Participant {
  id: string;
  display: string;
  custom: { name: string; value: string }[];
}

function participantsOf(handoff: Handoff, { session, entries }: SessionRecords): Participant[] {
  const machine = handoff.endpoints.find(({ endpoint }) => endpoint === session.endpoint)?.name ?? session.endpoint;
  const people: Participant[] = [{ id: MACHINE, display: machine, custom: [{ name: "Role", value: "machine" }] }];
  const known = new Set([MACHINE]);
  const add = (id: string, display: string, role: string) => {
    if (known.has(id)) return;
    known.add(id);
    people.push({ id, display: display.trim() === "" ? id : display, custom: [{ name: "Role", value: role }] });
  };
  for (const { entry, text } of entries) if (entry.kind === "joined") add(entry.participant, shown(text.name), entry.role);
  // The record may speak of somebody who never joined; an event must not.
  for (const { entry } of entries) if ("by" in entry && entry.by !== undefined) add(entry.by, entry.by, "not known");
  return people;
}

function manifestOf(handoff: Handoff, { session }: SessionRecords, participants: Participant[], events: RsmfEvent[]) {
  const custom = [
    ["Package", handoff.handoff],
    ["Organization", handoff.from.organization],
    ["Client", handoff.client.name],
    ["How recorded", session.mode],
    ["Outcome", session.outcome],
    ["Tags", session.tags.join(", ")],
  ] as const;
  return {
    version: "2.0.0",
    eventcollectionid: session.session,
    participants,
    conversations: [
      {
        id: session.session,
        display: session.title,
        platform: "caisey",
        type: "channel",
        participants: [MACHINE],
        custodian: MACHINE,
        custom: custom.filter(([, value]) => value.trim() !== "").map(([name, value]) => ({ name, value })),
      },
    ],
    events,
  };
}

async function zipOf(manifest: Uint8Array, modified: string, platform: Platform): Promise<Uint8Array> {
  const bytes = await platform.deflate(manifest, "portable");
  const sha256 = "";
  const row = {
    path: MANIFEST_NAME,
    type: "",
    packed: bytes.length,
    size: manifest.length,
    method: METHOD.deflated,
    crc32: platform.crc32(manifest),
    sha256,
  };
  const file: PackedFile = { row, bytes: () => [bytes], async close() {} };
  const writer = new ZipWriter(modified);
  const pieces: Uint8Array[] = [];
  for await (const piece of writer.add(file)) pieces.push(piece);
  return concatAll([...pieces, ...writer.finish()]);
}

/** Any text as a header's value: words of RFC 2047, so that neither line breaks nor other alphabets get into the head. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const char of text.replace(/\s+/g, " ")) {
    if (utf8(word + char).length > 45) {
      words.push(word);
      word = "";
    }
    word += char;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${toBase64(utf8(one))}?=`).join("\r\n ");
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Mon, 05 Jan 2026 08:00:00 +0000`. */
function mailDate(instant: string): string {
  const day = DAYS[new Date(instant).getUTCDay()];
  return `${day}, ${instant.slice(8, 10)} ${MONTHS[Number(instant.slice(5, 7)) - 1]} ${instant.slice(0, 4)} ${instant.slice(11, 19)} +0000`;
}
