import { beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../record/bytes.ts";
import { checkReceipt, RECEIPT_NAMESPACE } from "../../record/receipt.ts";
import { parseAllowedSigners } from "../../record/sshsig.ts";
import type { ReceiptView } from "../../worker/link-schema.ts";
import type { AuditView, Page } from "../../worker/schema.ts";
import { fetchWorker, json, refusal } from "./api.ts";
import { expectPlain, get, handoffStub, type MadeLink, makeLink, send } from "./link.ts";
import { makePublished, type Published } from "./published.ts";
import { MALLORY, ORIGIN, TECHNICIAN } from "./tokens.ts";

const WORDS = { name: "Jörg Müller", company: "Contoso & Söhne", statement: "Received.\r\n<script>alert(1)</script>" };
let published: Published;
let link: MadeLink;

beforeAll(async () => {
  published = await makePublished();
  link = await makeLink(published.handoff, { name: "Contoso's lawyer" });
});

describe("a recipient", () => {
  test("confirms receipt by a form, and gets it signed by the organisation", async () => {
    const form = await (await get(`${link.base}receipt`)).text();
    expect(form).toContain("Your name");
    expect(form).not.toContain("<script");
    expect(form).toContain("<h1>Confirm receipt</h1>");
    const sent = await send(`${link.base}receipt`, WORDS);
    const location = sent.headers.get("location") ?? "";
    expect([sent.status, location]).toEqual([303, expect.stringMatching(/receipt#rcp_[0-9a-z]{16}$/)]);
    const id = location.split("#")[1];

    const page = await (await get(`${link.base}receipt`)).text();
    expect(page).toContain("Jörg Müller, Contoso &amp; Söhne");
    expect(page).toContain("&lt;script&gt;");
    expect(page).toContain("<h1>Receipt is confirmed</h1>");
    expect(page).not.toContain("<script");
    expect(await (await get(link.base)).text()).toContain("Jörg Müller");

    const [body, signature] = await Promise.all(
      ["", ".sig"].map(async (end) => {
        const file = await get(`${link.base}receipts/${id}.json${end}`);
        expect(file.headers.get("content-disposition")).toBe(`attachment; filename="${id}.json${end}"`);
        return new Uint8Array(await file.arrayBuffer());
      }),
    );
    await caches.default.delete(`${ORIGIN}/.well-known/caisey/allowed_signers`);
    const signers = await (await fetchWorker("/.well-known/caisey/allowed_signers")).text();
    const checked = checkReceipt(body ?? utf8(""), signature ?? utf8(""), parseAllowedSigners(signers, RECEIPT_NAMESPACE));
    expect(checked).toMatchObject({
      verdict: "signed",
      receipt: {
        receipt: id,
        handoff: published.handoff,
        package: { sha256: published.view.package?.sha256, bytes: published.view.package?.bytes },
        organization: "Northwind IT",
        link: "Contoso's lawyer",
        name: WORDS.name,
        company: WORDS.company,
        statement: "Received.\n<script>alert(1)</script>",
      },
    });
  });

  test.each<[string, Record<string, string>]>([
    ["no name", { name: " " }],
    ["no company", { company: "" }],
    ["no statement", { statement: "\r\n" }],
    ["a name of two lines", { name: "a\nb" }],
    ["a name that is too long", { name: "x".repeat(201) }],
    ["a statement that is too long", { statement: "x".repeat(4001) }],
  ])("with %s is asked again, and keeps what was written", async (_, wrong) => {
    const response = await send(`${link.base}receipt`, { ...WORDS, ...wrong, extra: "x" });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain('role="alert"');
    if (wrong.company === undefined) expect(text).toContain("Contoso &amp; Söhne");
  });

  test("of another link does not see it", async () => {
    const other = await makeLink(published.handoff, { name: "Somebody else" });
    const { items } = await json<Page<ReceiptView>>("GET", `handoffs/${published.handoff}/receipts`);
    expect(await (await get(`${other.base}receipt`)).text()).not.toContain("Müller");
    await expectPlain(await get(`${other.base}receipts/${items[0]?.receipt}.json`), 404, "This package has no such page");
  });

  test("needs the passcode for it, where there is one", async () => {
    const guarded = await makeLink(published.handoff, { passcode: "let me in" });
    await expectPlain(await get(`${guarded.base}receipt`), 403, "This package asks for a passcode");
    await expectPlain(await send(`${guarded.base}receipt`, WORDS), 403, "This package asks for a passcode");
    const inside = (await send(guarded.base, { passcode: "let me in", to: "receipt" })).headers.get("location") ?? "";
    expect(inside).toMatch(/\/receipt$/);
    expect((await send(inside, WORDS)).headers.get("location")).toMatch(/\/~.{43}\/receipt#rcp_/);
  });

  test("can't fill the database with it", async () => {
    const busy = await makeLink(published.handoff);
    const sent = await Promise.all(Array.from({ length: 60 }, () => send(`${busy.base}receipt`, WORDS)));
    const statuses = sent.map(({ status }) => status);
    expect([statuses.filter((s) => s === 303).length, statuses.filter((s) => s === 409).length]).toEqual([50, 10]);
  });

  test("of a link that is over can't", async () => {
    const over = await makeLink(published.handoff);
    await json("DELETE", `handoffs/${published.handoff}/links/${over.link}`);
    await expectPlain(await send(`${over.base}receipt`, WORDS), 410, "This link was withdrawn");
  });
});

describe("the MSP", () => {
  test("finds it in the audit trail and the list, with its signature; nobody else does", async () => {
    const path = `handoffs/${published.handoff}/receipts`;
    const all: ReceiptView[] = [];
    for (let page = await json<Page<ReceiptView>>("GET", `${path}?limit=20`); ; ) {
      all.push(...page.items);
      if (page.cursor === undefined) break;
      page = await json<Page<ReceiptView>>("GET", `${path}?limit=20&cursor=${page.cursor}`);
    }
    const first = all.at(-1);
    expect(first).toMatchObject({ name: WORDS.name, company: WORDS.company, link: "Contoso's lawyer" });
    const signed = await json<{ body: string; signature: string }>("GET", `${path}/${first?.receipt}`);
    expect(checkReceipt(utf8(signed.body), utf8(signed.signature), undefined).verdict).toBe("untrusted");
    expect(await refusal("GET", path, undefined, MALLORY)).toBe("404 not-found");
    expect(await refusal("GET", `${path}/${first?.receipt}`, undefined, MALLORY)).toBe("404 not-found");
    expect(await refusal("GET", path, undefined, TECHNICIAN)).toBe("403 auth/forbidden");
    expect(await refusal("GET", `${path}/rcp_0000000000000000`)).toBe("404 not-found");

    const trail: AuditView[] = [];
    for (let cursor = ""; ; ) {
      const page = await json<Page<AuditView>>("GET", `organization/audit?limit=200${cursor}`);
      trail.push(...page.items);
      if (page.cursor === undefined) break;
      cursor = `&cursor=${page.cursor}`;
    }
    const act = trail.find(({ about }) => about === `${published.handoff} ${first?.receipt}`);
    expect(act).toMatchObject({
      act: "receipt.acknowledged",
      by: link.link,
      byName: "Jörg Müller, Contoso & Söhne",
      reason: first?.statement,
    });
  });

  test("keeps it when the package is gone", async () => {
    const { handoff } = await makePublished();
    const own = await makeLink(handoff);
    await send(`${own.base}receipt`, WORDS);
    await json("POST", `handoffs/${handoff}/revoke`);
    expect(await handoffStub(handoff).receipts(undefined, 10)).toMatchObject({
      ok: true,
      value: { items: [{ name: WORDS.name }] },
    });
  });
});
