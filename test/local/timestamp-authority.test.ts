import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkTimestamp } from "../../record/timestamp.ts";
import { askForStamp, encodeStampRequest } from "../../worker/timestamp-authority.ts";
import { temporaryFolder } from "../generator/independent.ts";
import { Authority } from "../record/authority.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let authority: Authority;
let server: Server;
let url: string;
let answer: RequestListener;
const asked: { type: string | undefined; body: Buffer }[] = [];
const DATA = new TextEncoder().encode("a checkpoint\n");

beforeAll(async () => {
  folder = await temporaryFolder();
  authority = await Authority.create(join(folder.path, "authority"));
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked.push({ type: request.headers["content-type"], body: Buffer.concat(parts) });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stamp`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await folder[Symbol.asyncDispose]();
});

beforeEach(() => void asked.splice(0));

const replying =
  (bytes: () => Promise<Uint8Array>): RequestListener =>
  (_, response) =>
    void bytes().then((reply) => response.setHeader("content-type", "application/timestamp-reply").end(reply));
const codeOf = (name?: string, to = url) =>
  askForStamp({ url: to, name }, DATA).then(
    () => "stamped",
    (error: { code?: string }) => error.code,
  );

describe("a time stamp", () => {
  test("is asked for by the hash alone, in a request that OpenSSL answers, and holds", async () => {
    answer = (_, response) => void authority.reply(asked[0]?.body ?? Buffer.of()).then((reply) => response.end(reply));
    const { response, stamp } = await askForStamp({ url, name: "Sample Time Authority" }, DATA);
    expect(asked).toEqual([{ type: "application/timestamp-query", body: Buffer.from(encodeStampRequest(DATA)) }]);
    expect(asked[0]?.body.includes("checkpoint")).toBe(false);
    expect(stamp).toEqual(await checkTimestamp(response, DATA));
    expect(Math.abs(Date.parse(stamp.time) - Date.now())).toBeLessThan(60_000);
    expect(await authority.accepts(response, DATA)).toBe(true);
  });

  test("that does not hold, or is another authority's, is not taken", async () => {
    answer = replying(() => authority.stamp(new TextEncoder().encode("something else")));
    expect(await codeOf()).toBe("not-valid");
    answer = replying(async () => new TextEncoder().encode("<html>sign in</html>"));
    expect(await codeOf()).toBe("not-valid");
    answer = replying(() => authority.stamp(DATA));
    expect(await codeOf("Somebody Else")).toBe("other-authority");
    expect(await codeOf("Sample Time Authority")).toBe("stamped");
  });

  test("is not waited for, not read without end, and not looked for elsewhere", async () => {
    answer = (_, response) => response.writeHead(503).end();
    expect(await codeOf()).toBe("refused");
    answer = (_, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
    expect(await codeOf()).toBe("refused");
    expect(asked).toHaveLength(2);
    answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on("drain", more);
      more();
    };
    expect(await codeOf()).toBe("too-large");
    answer = (request) => request.socket.destroy();
    expect(await codeOf()).toBe("unreachable");
    const never: typeof fetch = async (_, init) => {
      expect(init?.signal).toBeInstanceOf(AbortSignal);
      throw new DOMException("The operation timed out", "TimeoutError");
    };
    await expect(askForStamp({ url, name: undefined }, DATA, never)).rejects.toMatchObject({ code: "unreachable" });
  });

  test.each([
    "http://example.com/",
    "http://127.0.0.1.example.com/",
    "http://10.0.0.1/",
    "https://user:secret@example.com/",
    "file:///etc/passwd",
    "ftp://example.com/",
    "nonsense",
  ])("is never asked for at %s", async (address) => {
    const fails: typeof fetch = () => Promise.reject(new Error("expected no request"));
    await expect(askForStamp({ url: address, name: undefined }, DATA, fails)).rejects.toMatchObject({ code: "misconfigured" });
  });
});
