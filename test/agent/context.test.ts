import { hostname } from "node:os";
import { expect, test } from "vitest";
import { parseApplications } from "../../agent/context/software.ts";
import { parseDpkgLog, parsePacmanLog, parseRpmList } from "../../agent/context/updates.ts";
import { collectLocalContext, readPart } from "../../agent/context-local.ts";
import { contextPart } from "../../record/entry.ts";

const never = new AbortController().signal;

test("this machine tells of every part, each with its own outcome, in the order asked", async () => {
  const parts = contextPart.options;
  const readings = [];
  for await (const reading of collectLocalContext(parts, never)) readings.push(reading);
  expect(readings.map(({ part }) => part)).toEqual(parts);
  for (const reading of readings) {
    if (reading.status === "failed") expect(reading.reason).not.toBe("");
    else for (const row of reading.rows) expect(row.length).toBeLessThanOrEqual(reading.columns.length);
  }
  const os = readings.find(({ part }) => part === "os");
  expect(os?.status === "ok" && os.rows).toContainEqual(["hostname", hostname()]);
  const processes = readings.find(({ part }) => part === "processes");
  expect(processes?.status === "ok" && processes.rows.map(([pid]) => pid)).toContain(String(process.pid));
});

test("a part that fails says why, and one that hangs is given up", async () => {
  const failing = () => Promise.reject(new Error("rpm is not on this machine"));
  expect(await readPart("updates", never, 1000, failing)).toEqual({
    part: "updates",
    status: "failed",
    reason: "rpm is not on this machine",
  });
  const hanging = () => new Promise<never>(() => {});
  expect(await readPart("services", never, 1, hanging)).toMatchObject({ status: "failed", reason: "took too long" });
  const stopped = new AbortController();
  const reading = readPart("services", stopped.signal, 60_000, hanging);
  stopped.abort();
  expect(await reading).toMatchObject({ status: "failed" });
});

test("update logs of dpkg and pacman are read", () => {
  const dpkg = `2026-11-02 10:12:01 startup archives unpack
2026-11-02 10:12:01 upgrade openssl:amd64 3.0.1 3.0.2
2026-11-02 10:12:02 status installed openssl:amd64 3.0.2
2026-11-03 08:00:00 install zip:amd64 <none> 3.0-13
`;
  expect(parseDpkgLog(dpkg)).toEqual([
    ["openssl:amd64", "3.0.1 to 3.0.2", "2026-11-02"],
    ["zip:amd64", "3.0-13", "2026-11-03"],
  ]);
  const pacman = `[2026-11-02T10:12:01+0000] [PACMAN] Running 'pacman -Syu'
[2026-11-02T10:12:05+0000] [ALPM] upgraded openssl (3.0.1-1 -> 3.0.2-1)
[2026-11-02T10:12:06+0000] [ALPM] installed zip (3.0-11)
`;
  expect(parsePacmanLog(pacman)).toEqual([
    ["openssl", "3.0.1-1 to 3.0.2-1", "2026-11-02"],
    ["zip", "3.0-11", "2026-11-02"],
  ]);
  const rpm = "1793614325\tzip\t3.0-35.el9\n(none)\tgpg-pubkey\t8483c65d\n1793527921\topenssl\t3.2.2-6.el9\n";
  expect(parseRpmList(rpm)).toEqual([
    ["openssl", "3.2.2-6.el9", "2026-11-01"],
    ["zip", "3.0-35.el9", "2026-11-02"],
  ]);
});

test("the applications of macOS are read, and anything else is refused", () => {
  const json = JSON.stringify({
    SPApplicationsDataType: [{ _name: "Safari", version: "19.1", obtained_from: "apple" }, { _name: "Odd" }],
  });
  expect(parseApplications(json)).toEqual([
    ["Safari", "19.1", "apple"],
    ["Odd", "", ""],
  ]);
  expect(() => parseApplications("{}")).toThrow("did not list");
});
