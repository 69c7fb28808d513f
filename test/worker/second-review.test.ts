import { describe, expect, test } from "vitest";
import type { HandoffRulesView } from "../../worker/scan-schema.ts";
import type { AuditView, HandoffView, Page, SelectedSession } from "../../worker/schema.ts";
import { json, refusal } from "./api.ts";
import { prepare, publish, recordSession, review } from "./published.ts";
import { makeScene } from "./scene.ts";
import { ALICE, MALLORY, type Person, TECHNICIAN } from "./tokens.ts";

const BOB: Person = { ...ALICE, user: "user_bob", name: "Bob Baker" };

async function reviewed() {
  const scene = await makeScene();
  const { session, output } = await recordSession(scene, "a\nb");
  const handoff = await prepare(scene.group, [session]);
  await review(handoff, session);
  return { group: scene.group, handoff, session, output };
}

const again = (handoff: string, session: string, person: Person) =>
  json<SelectedSession>("POST", `handoffs/${handoff}/sessions/${session}/second-review`, undefined, person);
const view = async (handoff: string) => json<HandoffView>("GET", `handoffs/${handoff}`);
const publishing = (handoff: string) => refusal("POST", `handoffs/${handoff}/publish`, { days: 1 });

describe("a second reviewer", () => {
  test("can be required by the client group; then nothing is published without", async () => {
    const { group, handoff, session } = await reviewed();
    expect((await view(handoff)).secondReview).toBe(false);
    await json("PUT", `groups/${group}/second-review`, { required: true });
    expect((await view(handoff)).secondReview).toBe(true);
    expect(await publishing(handoff)).toBe("409 handoff/not-second-reviewed");
    expect((await again(handoff, session, BOB)).second).toMatchObject({ by: "Bob Baker" });
    expect((await publish(handoff)).state).toBe("published");
  });

  test("must be somebody else than the first, and come after them", async () => {
    const { handoff, session } = await reviewed();
    const path = `handoffs/${handoff}/sessions/${session}/second-review`;
    expect(await refusal("POST", path)).toBe("409 handoff/same-reviewer");
    await json("PUT", `handoffs/${handoff}/sessions/${session}/review`, { note: "", todo: [], reviewed: false });
    expect(await refusal("POST", path, undefined, BOB)).toBe("409 handoff/not-reviewed");
    // Somebody of the same name is another person.
    await review(handoff, session);
    expect((await again(handoff, session, { ...ALICE, user: "user_other" })).second?.by).toBe(
      (await view(handoff)).sessions[0]?.reviewed?.by,
    );
  });

  test("has to look again after any change, and after the words were written anew", async () => {
    const { group, handoff, session, output } = await reviewed();
    await json("PUT", `groups/${group}/second-review`, { required: true });
    const isOpen = async () => (await view(handoff)).sessions[0]?.second === null;
    await again(handoff, session, BOB);
    expect(await isOpen()).toBe(false);
    await json("POST", `handoffs/${handoff}/redactions`, { session, seq: output, field: "output", line: 1, reason: "other" });
    expect((await view(handoff)).sessions[0]).toMatchObject({ reviewed: null, second: null });
    expect(await publishing(handoff)).toBe("409 handoff/not-reviewed");
    await review(handoff, session);
    expect(await isOpen()).toBe(true);
    await again(handoff, session, BOB);
    await review(handoff, session);
    expect(await isOpen()).toBe(true);
    expect(await publishing(handoff)).toBe("409 handoff/not-second-reviewed");
  });

  test("is carried over into a later version, which is the same so far", async () => {
    const { handoff, session } = await reviewed();
    await again(handoff, session, BOB);
    await publish(handoff);
    const { handoff: next } = await json<HandoffView>("POST", `handoffs/${handoff}/replace`, {});
    expect((await view(next)).sessions[0]).toMatchObject({ reviewed: { by: "Alice Archer" }, second: { by: "Bob Baker" } });
    expect(await refusal("POST", `handoffs/${next}/sessions/${session}/second-review`)).toBe("409 handoff/same-reviewer");
  });

  test("can be required everywhere by those who manage settings, and stands in the audit trail", async () => {
    const { group, handoff, session } = await reviewed();
    for (const path of ["organization/second-review", `groups/${group}/second-review`]) {
      expect(await refusal("PUT", path, { required: true }, TECHNICIAN)).toBe("403 auth/forbidden");
    }
    expect(await refusal("PUT", `groups/${group}/second-review`, { required: true }, MALLORY)).toBe("404 not-found");
    expect(await refusal("POST", `handoffs/${handoff}/sessions/${session}/second-review`, undefined, MALLORY)).toBe(
      "404 not-found",
    );
    await json("PUT", "organization/second-review", { required: true });
    try {
      expect(await json<HandoffRulesView>("GET", `groups/${group}/handoff-rules`)).toEqual({
        terms: [],
        secondReview: false,
        secondReviewEverywhere: true,
      });
      expect(await publishing(handoff)).toBe("409 handoff/not-second-reviewed");
      const { items } = await json<Page<AuditView>>("GET", "organization/audit?act=organization.second-review");
      expect(items[0]).toMatchObject({ byName: "Alice Archer", detail: "Required." });
    } finally {
      await json("PUT", "organization/second-review", { required: false });
    }
    await again(handoff, session, BOB);
    const { items } = await json<Page<AuditView>>("GET", `organization/audit?about=${encodeURIComponent(`${handoff} ${session}`)}`);
    expect(items.map(({ act, byName }) => `${act} ${byName}`)).toEqual(
      expect.arrayContaining(["session.reviewed Alice Archer", "session.reviewed-again Bob Baker"]),
    );
  });
});
