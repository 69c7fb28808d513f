import { BAGIT_TXT, encodeBagInfo, encodeManifest, payloadOxum } from "../record/bag.ts";
import { equal, toHex, utf8 } from "../record/bytes.ts";
import { encodeLeaves } from "../record/group.ts";
import { type Handoff, handoffPieces, wrongInHandoff } from "../record/handoff.ts";
import { parseVerifierKey } from "../record/key.ts";
import {
  ALLOWED_SIGNERS,
  BAG_INFO,
  BAGIT,
  GROUP_CHECKPOINT,
  GROUP_LEAVES,
  GROUP_TIMESTAMP,
  HANDOFF,
  keyStatementPath,
  MANIFEST,
  README,
  SIGNATURE,
  TAG_MANIFEST,
  TIMESTAMP,
} from "../record/path.ts";
import { encodeAllowedSigner, sshFingerprint, sshSign } from "../record/sshsig.ts";
import { allSessionsPages, type Page, pagePath } from "../viewer/page.ts";
import { certificatePage } from "./certificate/page.ts";
import { contentType } from "./content-type.ts";
import { GeneratorError } from "./error.ts";
import { schemaFiles } from "./exports/schemas.ts";
import { Exports, type ExportsState } from "./exports/tables.ts";
import { FilesAhead } from "./files-ahead.ts";
import { Manifest, type WrittenFiles } from "./manifest.ts";
import { MANY_SESSIONS } from "./many-sessions.ts";
import { type PackageFile, packAhead, packFiles } from "./pack.ts";
import type { Platform } from "./platform.ts";
import { readmeText } from "./readme.ts";
import { loadOf, type SessionCrew, sessionFiles } from "./session-files.ts";
import { readSession } from "./session-records.ts";
import type { PackageSigner, PackageSource } from "./source.ts";
import { Tally, type TallyState } from "./tally.ts";
import { GENERATOR_VERSION } from "./version.ts";
import type { Viewer } from "./viewer.ts";

/** Paths of the files that {@link tagFiles} gives: whatever else is written belongs to the payload, or stands beside it. */
export const TAG_FILES: ReadonlySet<string> = new Set([MANIFEST, BAG_INFO, TAG_MANIFEST, SIGNATURE, TIMESTAMP]);

/**
 * What the source says, completed and checked before anything is written.
 * @throws GeneratorError `source/malformed`, `source/incomplete`, `signer/other-key`.
 */
export function completeHandoff(source: PackageSource, signer: PackageSigner, viewer: Viewer): Handoff {
  const { sessions } = source.handoff;
  const generator = { version: GENERATOR_VERSION, viewer: viewer.viewerHash };
  // The sessions are the source's own: others would take as much memory again.
  const stated: Handoff = { ...source.handoff, generator, sessions: [...sessions] };
  const wrong = wrongInHandoff(stated);
  if (wrong !== undefined) throw new GeneratorError("source/malformed", `expected a handoff: ${wrong}`);
  if (source.leaves.length !== stated.log.size) {
    throw new GeneratorError("source/incomplete", `expected ${stated.log.size} leaves, got ${source.leaves.length}`);
  }
  if (!equal(parseVerifierKey(stated.from.key).publicKey, signer.publicKey)) {
    throw new GeneratorError("signer/other-key", "expected the signer to hold the key that the handoff names");
  }
  return stated;
}

/**
 * Where the making of a payload was stopped: between two sessions, or between two of the files that follow them. Plain and
 * serialisable. With it and the platform's spools another process goes on.
 */
export interface PayloadState {
  /** How many sessions are taken in, and all their files given out. */
  sessions: number;
  tally: TallyState;
  exports: ExportsState;
  /** What the survey of all sessions has gathered. */
  survey: unknown;
  /** What the search index was suspended with; undefined when it can't be. */
  search: unknown;
}

/** How to stop and go on. */
export interface PayloadPause {
  /** What an earlier one was stopped with. */
  from?: PayloadState | undefined;
  /** Asked where it can stop. */
  isDue(): boolean;
}

/**
 * Every file up to the manifests, in the order in which they stand in the ZIP: what a person opens first; records and page of
 * each session; the pages about all of them; search, styles and scripts; tables.
 * @returns undefined at the end; when it was stopped before, what to go on from. All files that were given out are to be written then.
 */
export async function* payloadFiles(
  source: PackageSource,
  handoff: Handoff,
  platform: Platform,
  viewer: Viewer,
  pause?: PayloadPause,
  crew?: SessionCrew,
): AsyncGenerator<PackageFile, PayloadState | undefined> {
  const page = (of: Page): PackageFile => {
    const path = pagePath(of);
    return { path, type: contentType(path), content: () => rendered(of, viewer) };
  };
  const key = parseVerifierKey(handoff.from.key);
  yield page({ page: "start", handoff });
  yield file(README, () => utf8(readmeText(handoff, key.name, sshFingerprint(key.publicKey))));
  yield file(ALLOWED_SIGNERS, () => utf8(encodeAllowedSigner({ principal: key.name, publicKey: key.publicKey })));
  yield file(BAGIT, () => utf8(BAGIT_TXT));
  yield { path: HANDOFF, type: contentType(HANDOFF), content: () => handoffPieces(handoff) };
  yield file(GROUP_CHECKPOINT, () => utf8(source.groupCheckpoint));
  const { groupTimestamp } = source;
  if (groupTimestamp !== undefined) yield file(GROUP_TIMESTAMP, () => groupTimestamp);
  yield file(GROUP_LEAVES, () => utf8(encodeLeaves(source.leaves)));
  for (const [i, note] of (source.keyStatements ?? []).entries()) yield file(keyStatementPath(i + 1), () => utf8(note));

  const from = pause?.from;
  const tally = new Tally(handoff, platform, from?.tally);
  const search = viewer.createSearchIndex(handoff, (name, length) => platform.spool(`search/${name}`, length), from?.search);
  const exports = new Exports(handoff, platform, from?.exports);
  const survey = viewer.createSurvey(handoff, from?.survey);
  const between = () => ({ tally: tally.state(), exports: exports.state(), survey: survey.state() });
  let tables: PackageFile[] = [];
  let isTaken = false;
  async function* lastFiles(): AsyncGenerator<PackageFile> {
    const { counts } = tally;
    // With threads they are deflated while pages are rendered and the index is merged.
    tables = exports.files().map((table) => (crew === undefined ? table : packAhead(table, platform)));
    yield page({ page: "overview", handoff, counts, recurring: survey.recurring() });
    for (const one of [...allSessionsPages(handoff), ...survey.finish(counts)]) yield page(one);
    for (const name of ["search", "verify", "help"] as const) yield page({ page: name, handoff });
    yield page(certificatePage(source, handoff, tally));
    for (const asset of viewer.assets) yield file(asset.path, () => asset.bytes);
    for await (const asset of search.finish()) yield file(asset.path, () => asset.bytes);
    yield* tables;
    isTaken = true;
    yield* schemaFiles();
  }
  let stopped = false;
  const begun: BegunSession[] = [];
  /** The load of these. */
  let ahead = 0;
  let last: FilesAhead | undefined;
  try {
    for (const [i, session] of handoff.sessions.entries()) {
      if (i < (from?.sessions ?? 0)) {
        // Its files are written. An index that can't be put away has to be made again.
        if (search.suspend === undefined) await search.addSession(session, (await readSession(source, session)).entries);
        continue;
      }
      const records = await readSession(source, session);
      const witnessed = tally.add(records);
      // The crew works on this session while what follows, and the reading of the next, goes on here.
      const own = crew?.pack(handoff, records, witnessed) ?? sessionFiles(handoff, records, witnessed, platform, viewer);
      // A failure shows where the files are taken.
      own.catch(() => {});
      await exports.add(records);
      const more = survey.addSession(session, records.entries).map(page);
      for (const asset of await search.addSession(session, records.entries)) more.push(file(asset.path, () => asset.bytes));
      const load = loadOf(records);
      begun.push({ own, more, load });
      ahead += load;
      while (ahead > (crew?.ahead ?? 0)) {
        const first = begun.shift() as BegunSession;
        ahead -= first.load;
        yield* filesOf(first);
      }
      if (pause?.isDue()) {
        stopped = true;
        return { ...between(), sessions: i + 1, search: await search.suspend?.() };
      }
    }
    // With a crew they are made while it still works on the last sessions; of very many sessions they are too large to come on top of what it holds.
    if (crew !== undefined && pause === undefined && handoff.sessions.length <= MANY_SESSIONS)
      last = new FilesAhead(packFiles(lastFiles(), platform));
    for (let one = begun.shift(); one !== undefined; one = begun.shift()) yield* filesOf(one);
    await crew?.close?.();
    // A copy: what was suspended goes on right away, and changes.
    const suspended =
      pause && structuredClone({ ...between(), sessions: handoff.sessions.length, search: await search.suspend?.() });
    for await (const file of last?.files() ?? lastFiles()) {
      yield file;
      if (!pause?.isDue()) continue;
      stopped = true;
      return suspended;
    }
    return undefined;
  } finally {
    await last?.close();
    if (!stopped) {
      for (const one of await Promise.allSettled(tables.map(({ packed }) => packed)))
        if (!isTaken && one.status === "fulfilled") await one.value?.close();
      await exports.close();
      await search.close?.();
    }
  }
}

/**
 * The files that state the hashes of all others, and the signature over them. `written` are the payload's, in any order; what is added
 * meanwhile does not count.
 */
export async function* tagFiles(
  handoff: Handoff,
  signer: PackageSigner,
  written: WrittenFiles,
  platform: Platform,
): AsyncGenerator<PackageFile> {
  const isTag = (path: string) => TAG_FILES.has(path);
  const payload = new Manifest(written, (path) => path.startsWith("data/") && !isTag(path));
  const beside = new Manifest(written, (path) => !path.startsWith("data/") && !isTag(path));
  const info = utf8(encodeBagInfo(bagInfo(handoff, payload)));
  const tags = [
    ...beside.rows(),
    { path: MANIFEST, digest: toHex(await payload.sha256(platform)) },
    { path: BAG_INFO, digest: platform.digest(info) },
  ];
  const tagManifest = utf8(encodeManifest(tags));
  const signature = utf8(await sshSign(tagManifest, signer.publicKey, (message) => signer.sign(message)));
  yield { path: MANIFEST, type: contentType(MANIFEST), content: () => payload.pieces() };
  yield file(BAG_INFO, () => info);
  yield file(TAG_MANIFEST, () => tagManifest);
  yield file(SIGNATURE, () => signature);
  const timestamp = await signer.timestamp?.(signature);
  if (timestamp !== undefined) yield file(TIMESTAMP, () => timestamp);
}

/** Files of a session: those that it alone makes, and those that come of all sessions up to it. */
interface BegunSession {
  own: Promise<PackageFile[]>;
  more: PackageFile[];
  load: number;
}

async function* filesOf({ own, more }: BegunSession): AsyncGenerator<PackageFile> {
  yield* await own;
  yield* more;
}

function bagInfo(handoff: Handoff, payload: Manifest): [string, string][] {
  return [
    ["Source-Organization", handoff.from.organization],
    ["External-Identifier", handoff.handoff],
    ["Bag-Group-Identifier", handoff.client.group],
    ["External-Description", `Remote support records of ${handoff.client.name}, handed over to ${handoff.to.name}`],
    ["Bagging-Date", handoff.created.slice(0, 10)],
    ["Payload-Oxum", payloadOxum(payload.octets, payload.length)],
    ["Bag-Software-Agent", `Caisey Handoff ${GENERATOR_VERSION}`],
  ];
}

function file(path: string, content: () => Uint8Array | Promise<Uint8Array>): PackageFile {
  return { path, type: contentType(path), content: () => whole(content) };
}

// Not made anew for each file: see session-files.ts.
async function* whole(content: () => Uint8Array | Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield await content();
}

async function* rendered(page: Page, viewer: Viewer): AsyncGenerator<Uint8Array> {
  for await (const piece of viewer.renderPieces(page)) yield utf8(piece);
}
