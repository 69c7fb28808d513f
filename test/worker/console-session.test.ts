import { beforeAll, expect, test } from "vitest";
import { fetchWorker, json } from "./api.ts";
import { closed, makeScene, type OpenSession, openSession } from "./scene.ts";
import { ALICE, makeToken } from "./tokens.ts";

let open: OpenSession;
beforeAll(async () => {
  open = await openSession(await makeScene(), "Slow start");
});

async function get(path: string): Promise<Response> {
  return fetchWorker(path, { headers: { authorization: `Bearer ${await makeToken(ALICE)}` } });
}

/** What the client module needs on a page to follow a session. */
const FOLLOWED = ['id="transcript"', 'id="live-lost"', 'id="live-problem"'];

test("a session's page is followed until its record is sealed, also while the machine takes its time to witness it", async () => {
  const at = `/sessions/${open.session}`;
  const page = await (await get(at)).text();
  for (const part of [...FOLLOWED, 'data-state="open"', "Record the machine&#39;s state now"]) expect(page).toContain(part);

  await json("POST", `sessions/${open.session}/close`, { outcome: "resolved" });
  const closing = await (await get(at)).text();
  for (const part of [...FOLLOWED, 'data-state="closing"', "This session is being closed"]) expect(closing).toContain(part);
  expect(closing).not.toContain("<textarea");
  expect((await get(`${at}/state`)).headers.get("x-state")).toBe("closing");

  await open.agent.witness();
  await closed(open.session);
  expect((await get(`${at}/state`)).headers.get("x-state")).toBe("closed");
  const sealed = await (await get(at)).text();
  expect(sealed).toContain("Witnessed by the machine");
  expect(sealed).not.toContain("live.js");
});
