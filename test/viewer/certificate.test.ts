import { expect, test } from "vitest";
import type { CertificatePage } from "../../viewer/page.ts";
import { render, renderPieces } from "../../viewer/renderer.ts";
import { readStrict } from "./html.ts";
import { certificateOf, samplePackage } from "./sample.ts";

const sample = samplePackage();

/** What a reader sees of the draft certification, in one line. */
async function shown(page: CertificatePage): Promise<string> {
  return readStrict(await render(page)).text.replace(/\s+/g, " ");
}

function onlyImported(): CertificatePage {
  const sessions = sample.handoff.sessions.filter(({ mode }) => mode === "imported");
  return certificateOf({ ...sample, handoff: { ...sample.handoff, sessions } });
}

test("leaves what only people know blank, and is marked as a draft", async () => {
  const html = await render(certificateOf(sample));
  expect(html).toContain('class="notice draft"');
  for (const label of ["Name", "Title", "Employer", "Executed on (date)", "Place", "Signature", "Name in print"]) {
    expect(html).toMatch(
      new RegExp(`<dt>${label.replace(/[()]/g, "\\$&")}</dt>\\s*<dd><span class="unseen">to be filled in</span>`),
    );
  }
});

test("has both forms of 28 U.S.C. § 1746, for signing within and outside of the United States", async () => {
  const text = await shown(certificateOf(sample));
  expect(text).toContain("I declare under penalty of perjury that the foregoing is true and correct.");
  expect(text).toContain(
    "I declare under penalty of perjury under the laws of the United States of America that the foregoing is true and correct.",
  );
});

test("lists live and imported sessions apart, each once, with its root and whether it is co-signed", async () => {
  const page = certificateOf(sample);
  const text = await shown(page);
  const [live, imported] = text.slice(text.indexOf("Recorded live")).split("These were brought in from another record");
  for (const { session, mode } of sample.handoff.sessions) {
    const root = page.sessions.find((one) => one.session === session)?.root;
    expect(text.split(`${session} root ${root}`)).toHaveLength(2);
    expect(mode === "live" ? live : imported).toContain(session);
  }
  expect(imported).toContain("not co-signed");
});

test("comes in pieces where there are many sessions, in order of time", async () => {
  const [first] = sample.handoff.sessions;
  if (first === undefined) throw new TypeError("expected a sample with sessions");
  const sessions = Array.from({ length: 500 }, (_, i) => ({
    ...first,
    session: `ses_${String(i).padStart(16, "0")}` as const,
    opened: new Date(Date.UTC(2026, 0, 500 - i)).toISOString(),
  }));
  const page = certificateOf({ ...sample, handoff: { ...sample.handoff, sessions } });
  const pieces: string[] = [];
  for await (const piece of renderPieces(page)) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(4);
  expect(pieces.join("")).toBe(await render(page));
  const listed = [...pieces.join("").matchAll(/<code>(ses_\d+)<\/code> root/g)].map(([, session]) => session);
  expect(listed).toEqual(sessions.map(({ session }) => session).reverse());
});

test("says of a package of imported sessions alone that it does not certify how they came to be", async () => {
  const text = await shown(onlyImported());
  expect(text).toContain("how they were kept from the day of their import on, and not how they came to be");
  expect(text).not.toContain("Recorded live");
  expect(text).toContain("Anything about imported sessions before the day of import.");
});

test("says nothing of imported sessions where there is none", async () => {
  const sessions = sample.handoff.sessions.filter(({ mode }) => mode === "live");
  const text = await shown(certificateOf({ ...sample, handoff: { ...sample.handoff, sessions } }));
  expect(text).toContain("7 recorded live, 0 imported");
  expect(text).not.toMatch(/day of (their )?import/);
});

test("names the package that it replaces", async () => {
  const text = await shown(certificateOf({ ...sample, handoff: { ...sample.handoff, replaces: "e".repeat(64) } }));
  expect(text).toContain(`Replaces the package whose tagmanifest-sha256.txt has the SHA-256 ${"e".repeat(64)}`);
});

test("gives what a verification left open in its own words", async () => {
  const finished: NonNullable<CertificatePage["finished"]> = {
    zip: null,
    tagManifest: "a".repeat(64),
    signer: "SHA256:x",
    verdicts: { intact: "holds", origin: "holds", time: "holds", complete: "unknown" },
    notes: [{ code: "complete/omitted", count: 11, means: "Sessions of this client are left out of the package." }],
    times: { group: { time: "2026-11-22T10:00:00.000Z", authority: "<b>TSA</b>", trusted: false }, package: null },
    checked: { at: "2026-11-23T00:00:00.000Z", version: "0.1.0" },
    style: "p { margin: 0 }",
  };
  const html = (await render({ ...certificateOf(sample), finished })).replace(/<style>.*?<\/style>/s, "");
  const text = readStrict(html).text.replace(/\s+/g, " ");
  expect(text).toContain("Complete not proven: not everything could be checked");
  expect(text).toContain("Sessions of this client are left out of the package. complete/omitted, 11 times");
  expect(text).toContain("22 Nov 2026, 10:00:00 UTC, by “<b>TSA</b>”, whose certificate was not checked against a trusted one");
  expect(text).toContain("Time stamp over the signature of the package: none.");
});
