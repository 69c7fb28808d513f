import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Desk, Question } from "../../agent/approval.ts";
import { ApprovalPage } from "../../agent/approval-page.ts";

const QUESTION: Question = {
  command: "Restart-Service Spooler",
  reason: "It hangs",
  technician: "Tess",
  changesShell: false,
  expires: undefined,
};

let page: ApprovalPage;
let desk: Desk;
const acts = { say: vi.fn(async () => {}), stop: vi.fn() };
const wanted: string[] = [];

beforeEach(async () => {
  acts.say.mockClear();
  acts.stop.mockClear();
  wanted.length = 0;
  page = await ApprovalPage.open({
    computer: "ACME-WS014",
    organization: "Northwind IT",
    person: "pat",
    onWanted: (url) => wanted.push(url),
  });
  desk = page.open({ session: "ses_1", subject: "Printing fails", mode: "live" }, acts);
});
afterEach(() => page.close());

interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request as any program can make it, with every header in its hand. */
function send(url: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: options.method ?? "GET", headers: options.headers ?? {} }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (piece: string) => {
        body += piece;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on("error", reject);
    sent.end(options.body);
  });
}

async function enter(): Promise<{ base: string; origin: string; cookie: string }> {
  const url = page.url();
  const { headers } = await send(url);
  const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  return { base: url.split("?")[0] ?? "", origin: new URL(url).origin, cookie };
}

async function act(path: string, body: object, change: Record<string, string> = {}): Promise<number> {
  const { base, origin, cookie } = await enter();
  const headers = { cookie, origin, "content-type": "application/json", ...change };
  return (await send(`${base}${path}`, { method: "POST", headers, body: JSON.stringify(body) })).status;
}

/** The first state that an open page is sent. */
async function state(): Promise<{ sessions: { question?: { id: string } }[] }> {
  const { base, cookie } = await enter();
  return new Promise((resolve, reject) => {
    const sent = request(`${base}events`, { headers: { cookie } }, (response) => {
      response.once("data", (piece: Buffer) => {
        sent.destroy();
        resolve(JSON.parse(piece.toString().slice("data: ".length)));
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

const questionId = async () => (await state()).sessions[0]?.question?.id ?? "";

describe("the page on the loopback interface", () => {
  test("listens on the loopback interface alone", () => {
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{32}\/\?token=[\w-]{32}$/);
  });

  test("an address lets one in once, with a cookie for this page's own path", async () => {
    const url = page.url();
    const first = await send(url);
    expect(first.status).toBe(303);
    const path = new URL(url).pathname;
    expect(String(first.headers["set-cookie"])).toMatch(new RegExp(`; Path=${path}; HttpOnly; SameSite=Strict$`));
    expect(first.headers.location).toBe(path);
    expect((await send(url)).status).toBe(403);
  });

  test("shows itself to nobody else", async () => {
    const { base, cookie, origin } = await enter();
    expect((await send(base)).status).toBe(403);
    expect((await send(`${base}events`)).status).toBe(403);
    expect((await send(`${base}?token=wrong`)).status).toBe(403);
    expect((await send(base, { headers: { cookie: `${cookie}x` } })).status).toBe(403);
    expect((await send(`${origin}/`, { headers: { cookie } })).status).toBe(404);
    expect((await send(base, { headers: { cookie } })).status).toBe(200);
  });

  test("refuses a name that was made to point here", async () => {
    const { base, cookie, origin } = await enter();
    const port = new URL(origin).port;
    for (const host of [`localhost:${port}`, `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${port}.evil.example`]) {
      expect((await send(base, { headers: { cookie, host } })).status).toBe(403);
    }
  });

  test("allows no inline script and no frame around it", async () => {
    const { base, cookie } = await enter();
    const { headers, body } = await send(base, { headers: { cookie } });
    expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["cache-control"]).toBe("no-store");
    expect(body).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/);
    for (const path of ["page.js", "page.css"]) expect((await send(`${base}${path}`, { headers: { cookie } })).status).toBe(200);
    for (const path of ["../main.ts", "constructor", "page.js/x"])
      expect((await send(`${base}${path}`, { headers: { cookie } })).status).toBe(404);
  });

  test("an answer given here reaches the session", async () => {
    const answer = desk.ask(QUESTION, new AbortController().signal);
    const body = { session: "ses_1", question: await questionId(), answer: "approved", word: "please do", by: "Pat Person" };
    expect(await act("answer", body)).toBe(204);
    expect(await answer).toEqual({ answer: "approved", word: "please do", by: "Pat Person" });
    expect(await act("answer", body)).toBe(409);
  });

  test("the system's user name is recorded when no other is given", async () => {
    const answer = desk.ask(QUESTION, new AbortController().signal);
    await act("answer", { session: "ses_1", question: await questionId(), answer: "denied", by: "" });
    expect(await answer).toMatchObject({ answer: "denied", by: "pat" });
  });

  test.each([
    ["another origin", { origin: "http://evil.example" }],
    ["no origin", { origin: "" }],
    ["the origin null", { origin: "null" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["plain text", { "content-type": "text/plain" }],
    ["no cookie", { cookie: "" }],
  ])("an answer from %s is refused", async (_, change) => {
    const answered = vi.fn();
    void desk.ask(QUESTION, new AbortController().signal).then(answered);
    expect(await act("answer", { session: "ses_1", question: await questionId(), answer: "approved", by: "x" }, change)).toBe(403);
    expect(answered).not.toHaveBeenCalled();
  });

  test.each([
    ["another question", { question: "other" }, 409],
    ["another session", { session: "ses_2" }, 409],
    ["another answer", { answer: "stopped" }, 400],
    ["more fields", { extra: 1 }, 400],
    ["an endless word", { word: "x".repeat(70_000) }, 400],
  ])("an answer with %s does nothing", async (_, change, status) => {
    const answered = vi.fn();
    void desk.ask(QUESTION, new AbortController().signal).then(answered);
    expect(await act("answer", { session: "ses_1", question: await questionId(), answer: "approved", by: "x", ...change })).toBe(
      status,
    );
    expect(answered).not.toHaveBeenCalled();
  });

  test("a question that lapsed can't be answered", async () => {
    const lapse = new AbortController();
    const answer = desk.ask(QUESTION, lapse.signal);
    const question = await questionId();
    lapse.abort();
    await expect(answer).rejects.toThrow();
    expect(await act("answer", { session: "ses_1", question, answer: "approved", by: "x" })).toBe(409);
  });

  test("chat and stop reach the session, until it is over", async () => {
    expect(await act("chat", { session: "ses_1", message: "Hello", by: "Pat" })).toBe(204);
    expect(await act("stop", { session: "ses_1", by: "Pat" })).toBe(204);
    expect(acts.say).toHaveBeenCalledExactlyOnceWith("Hello", "Pat");
    expect(acts.stop).toHaveBeenCalledExactlyOnceWith("Pat", undefined);
    desk.close();
    expect(await act("chat", { session: "ses_1", message: "Still?", by: "Pat" })).toBe(409);
    expect(acts.say).toHaveBeenCalledTimes(1);
  });

  test("asks to be opened when a question waits and nobody looks", () => {
    desk.ask(QUESTION, new AbortController().signal).catch(() => {});
    expect(wanted).toHaveLength(1);
  });
});
