import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { readForm } from "../console/form.ts";
import { counted } from "../console/words.ts";
import type { AppEnv } from "../env.ts";
import { WorkerError } from "../error.ts";
import { receiptWords } from "../link-schema.ts";
import { hashGrant, linkHash } from "../link-secret.ts";
import { EntrancePage } from "../links/entrance-page.tsx";
import { LandingPage } from "../links/landing-page.tsx";
import { LINK_PAGE_HEADERS } from "../links/page.tsx";
import { ReceiptPage } from "../links/receipt-page.tsx";
import { REFUSAL_STATUS, type Refusal, RefusedPage } from "../links/refused-page.tsx";
import { type Comer, type Landing, type Refused, WHOLE } from "../objects/handoff/door.ts";
import type { Handoff } from "../objects/handoff.ts";
import { objectOfRef } from "../objects/name.ts";
import { askedBy } from "../outcome.ts";
import { serveFile, servePackage } from "../serve.ts";
import { visitorOf } from "../visitor.ts";

type LinkContext = Context<AppEnv>;

/** A link's address, taken apart. */
interface Place {
  /** `/h/<id>.<secret>/`: where the form goes by which one comes in. */
  entrance: string;
  /** The same, with the grant where there is one: what relative links are relative to. */
  base: string;
  stub: DurableObjectStub<Handoff>;
  comer: Comer;
  /** After the base, as it came. */
  path: string;
}

/** 43 characters of base64url each: the Handoff object's own id, the secret, and after `~` what lets in somebody who gave a passcode. */
const ADDRESS = /^(\/h\/([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43}))(?:\/~([A-Za-z0-9_-]{43}))?(?:\/(.*))?$/;
const RECEIPT_FILE = /^receipts\/(rcp_[0-9a-z]{16})\.json(\.sig)?$/;
/** What a form here may hold, in bytes. */
const FORM_LIMIT = 40_000;

/**
 * `/h/<id>.<secret>/…`: a published package, file by file out of its ZIP, and the pages around it. Public: the secret is what lets in.
 * Paths are taken as they come and must be those of the package: nothing is decoded or resolved, so there is nothing to trick.
 */
export const linkRoutes = new Hono<AppEnv>()
  .use(bodyLimit({ maxSize: FORM_LIMIT, onError: (c) => refuse(c as LinkContext, "too-large") }))
  .all("/*", async (c) => {
    const { method } = c.req;
    if (method !== "GET" && method !== "HEAD" && method !== "POST") return refuse(c, "method");
    const url = new URL(c.req.url);
    const match = ADDRESS.exec(url.pathname);
    const [, entrance, ref = "", secret = "", grant, path] = match ?? [];
    const stub = entrance === undefined ? undefined : objectOfRef(c.env.HANDOFF, ref);
    if (entrance === undefined || stub === undefined) return refuse(c, "unknown");
    const base = `${entrance}/${grant === undefined ? "" : `~${grant}/`}`;
    if (path === undefined) return redirect(302, base);
    const proof = { hash: linkHash(secret), grant: grant === undefined ? undefined : hashGrant(grant) };
    const place = { entrance: `${entrance}/`, base, stub, comer: { ...proof, visitor: visitorOf(c.req.raw) }, path };
    if (method === "POST") return post(c, place);
    if (path === "data/") return redirect(302, `${base}data/index.html${url.search}`);
    if (path === "" || path === "receipt") return page(c, place);
    const receipt = RECEIPT_FILE.exec(path);
    return receipt === null ? file(c, place) : receiptFile(c, place, receipt[1] ?? "", receipt[2] !== undefined);
  })
  .onError((error, c) => {
    if (error instanceof WorkerError && error.code === "request/malformed") return refuse(c, "malformed");
    // No path: it holds the secret.
    console.error("link", error instanceof WorkerError ? error.code : error.name);
    return refuse(c, "fault");
  });

async function file(c: LinkContext, place: Place): Promise<Response> {
  const { stub, comer, path } = place;
  const asked = askedBy(c.req.raw);
  // Pages, records and downloads; their styles, scripts and search data would drown them.
  const noted = !/^data\/(assets|search)\//.test(path);
  const opened = await stub.open(comer, path === WHOLE ? undefined : path, asked, noted);
  if (opened.result === "no-such-file") return refuse(c, "no-such-page", place.base);
  if (opened.result !== "file") return turnAway(c, place, opened);
  const { access } = opened;
  const watch = (cutShort: Promise<number | undefined>) => {
    const noted = cutShort.then((sent) => (sent === undefined || access === null ? undefined : stub.cutShort(access, sent)));
    c.executionCtx.waitUntil(noted);
  };
  const response =
    opened.file === null
      ? await servePackage(c.env.PACKAGES, opened.package, asked, watch)
      : await serveFile(c.env.PACKAGES, opened.package, opened.file, asked);
  // Taken away between the look-up and the read.
  return response ?? refuse(c, "expired");
}

/** The link's first page, or that of receipts. */
async function page(c: LinkContext, place: Place): Promise<Response> {
  const landing = await place.stub.landing(place.comer);
  if (landing.result !== "in") return turnAway(c, place, landing);
  return answer(c, 200, place.path === "" ? <LandingPage landing={landing} /> : <ReceiptPage landing={landing} />);
}

async function receiptFile(c: LinkContext, place: Place, id: string, isSignature: boolean): Promise<Response> {
  const own = await place.stub.ownReceipt(place.comer, id);
  if (own.result !== "in") return turnAway(c, place, own);
  if (own.receipt === undefined) return refuse(c, "no-such-page", place.base);
  return c.body(isSignature ? own.receipt.signature : own.receipt.body, 200, {
    ...LINK_PAGE_HEADERS,
    "content-type": isSignature ? "text/plain; charset=utf-8" : "application/json",
    "content-disposition": `attachment; filename="${id}.json${isSignature ? ".sig" : ""}"`,
  });
}

async function post(c: LinkContext, place: Place): Promise<Response> {
  if (place.path !== "" && place.path !== "receipt") return refuse(c, "method");
  // Browsers say where a form comes from. Pages of a package are of no origin, and have no business with these forms.
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return refuse(c, "cross-site");
  const form = await readForm(c);
  if (place.path === "") return enter(c, place, form.text("passcode"), form.text("to"));
  const words = { name: form.text("name"), company: form.text("company"), statement: form.text("statement") };
  const parsed = receiptWords.safeParse(words);
  const done = parsed.success ? await place.stub.acknowledge(place.comer, parsed.data) : undefined;
  if (done?.result === "in") return redirect(303, `${place.base}receipt#${done.receipt}`);
  if (done !== undefined && done.result !== "full") return turnAway(c, place, done);
  const landing = await place.stub.landing(place.comer);
  if (landing.result !== "in") return turnAway(c, place, landing);
  const problem =
    done === undefined
      ? "Write your name, your company and what you confirm: name and company in up to 200 characters, the rest in up to 4,000."
      : "Receipt was confirmed through this link as often as it can be.";
  return answer(c, done === undefined ? 400 : 409, <ReceiptPage landing={landing as Landing} refused={{ words, problem }} />);
}

async function enter(c: LinkContext, { stub, comer, entrance }: Place, passcode: string, to: string): Promise<Response> {
  const entered = await stub.enter(comer, passcode);
  if (entered.result === "in") {
    // Only on to paths as packages have them, below the link.
    const isPath = /^[A-Za-z0-9_-][A-Za-z0-9_./-]{0,300}$/.test(to) && !to.includes("..");
    return redirect(303, `${entrance}~${entered.grant}/${isPath ? to : ""}`);
  }
  const again = (status: 403 | 429, problem: string, headers = {}) =>
    answer(c, status, <EntrancePage base={entrance} to={to} passcode={true} left={null} problem={problem} />, headers);
  if (entered.result === "wrong") {
    return again(403, `That is not the passcode. ${counted(entered.left, "attempt is", "attempts are")} left.`);
  }
  if (entered.result === "wait") {
    const { seconds } = entered;
    const problem = `Too many attempts. Wait ${counted(seconds, "second")}, then try again.`;
    return again(429, problem, { "retry-after": String(seconds) });
  }
  return refuse(c, entered.result === "entrance" ? "unknown" : entered.result);
}

/** Who has the secret is told why there is nothing, or led to the entrance. */
function turnAway(c: LinkContext, { entrance, path }: Place, refused: Refused): Response | Promise<Response> {
  if (refused.result !== "entrance") return refuse(c, refused.result);
  const { passcode, left } = refused;
  // The first page is the entrance itself; elsewhere it stands in the way of what was asked for.
  return answer(c, path === "" ? 200 : 403, <EntrancePage base={entrance} to={path} passcode={passcode} left={left} />);
}

function refuse(c: LinkContext, why: Refusal, home?: string): Response | Promise<Response> {
  return answer(
    c,
    REFUSAL_STATUS[why],
    <RefusedPage why={why} {...(home === undefined ? {} : { home })} />,
    why === "method" ? { allow: "GET, HEAD" } : {},
  );
}

function answer(
  c: LinkContext,
  status: 200 | 400 | 403 | 404 | 405 | 409 | 410 | 413 | 429 | 500,
  content: ReturnType<typeof RefusedPage>,
  headers: Record<string, string> = {},
): Response | Promise<Response> {
  return c.html(content, status, { ...LINK_PAGE_HEADERS, ...headers });
}

function redirect(status: 302 | 303, location: string): Response {
  return new Response(null, { status, headers: { ...LINK_PAGE_HEADERS, location } });
}
