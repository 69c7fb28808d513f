import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Reading } from "../../agent/blocked-reader.ts";
import { InputWatch, looksLikeQuestion } from "../../agent/input-watch.ts";
import { posixDriver } from "../../agent/shell-posix.ts";
import { ProcessShell } from "../../agent/shell-process.ts";
import { makeState, removeState, startAgent } from "./bench-agent.ts";
import { FakeServer } from "./fake-server.ts";
import { runCommand } from "./run-command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "caisey-input-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["Do you want to continue? [Y/n] ", true],
  ["Password: ", true],
  ["mysql> ", true],
  ["\x1b[1mOverwrite (y/N)\x1b[0m", true],
  ["", false],
  ["Downloading 40 %", false],
  [`${"x".repeat(400)}?`, false],
])("%j looks like a question: %j", (line, expected) => expect(looksLikeQuestion(line)).toBe(expected));

describe("a silent command", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched(reading: () => Reading) {
    const told: (string | undefined)[] = [];
    const watch = new InputWatch(10_000, reading, (sign) => told.push(sign));
    return { watch, told };
  }

  test("is only guessed to wait where the system says nothing of it, and no more once it goes on", () => {
    const { watch, told } = watched(() => "unknown");
    watch.output(Buffer.from("one\nContinue? "));
    vi.advanceTimersByTime(9_000);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(["question"]);
    watch.output(Buffer.from("yes\n"));
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(["question", undefined]);
    watch.end();
    expect(told).toEqual(["question", undefined]);
  });

  test("does not wait when the system says that nothing is read, however it looks", () => {
    const { watch, told } = watched(() => "nothing");
    watch.output(Buffer.from("Downloading: "));
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
    watch.end();
  });

  test("waits from when the system says so, and its end ends that", () => {
    let reading: Reading = "nothing";
    const { watch, told } = watched(() => reading);
    vi.advanceTimersByTime(60_000);
    reading = "terminal";
    vi.advanceTimersByTime(2_000);
    watch.end();
    expect(told).toEqual(["terminal", undefined]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual(["terminal", undefined]);
  });
});

/** Opens a pseudo terminal as its own and reads it, as a program does that asks for a password. */
const TERMINAL = `python3 -c 'import os; m, s = os.openpty(); print("Password: ", end="", flush=True); os.read(s, 1)'`;
/** Waits for a terminal with many descriptors, as editors do. */
const POLLED = `python3 -c 'import os, select; m, s = os.openpty(); print("ready", flush=True); select.select([s], [], [])'`;

test.runIf(process.platform === "linux").each([
  ["a terminal", TERMINAL, "terminal"],
  ["a terminal among others", POLLED, "terminal"],
  ["a named pipe that nobody opened", "cat fifo", "pipe"],
  ["a named pipe that nobody writes to", "cat <> fifo", "pipe"],
  ["the same, by the shell itself", "read -r x <> fifo", "pipe"],
  ["the same, behind another pipe", "cat <> fifo | sort | uniq", "pipe"],
  ["a pipe that another part of the command may still write to", "sleep 60 | cat", "nothing"],
  ["nothing, but time", "sleep 60", "nothing"],
  ["nothing, as its own input is empty", "cat; sleep 60", "nothing"],
  ["nothing, whatever earlier commands still do", "sleep 60", "nothing", "cat <> fifo &"],
  ["nothing, as it calculates", "while :; do :; done", "nothing"],
])("the system knows what is read: %s", async (_, command, expected, before?: string) => {
  execFileSync("mkfifo", [join(folder, "fifo")]);
  const shell = await ProcessShell.open(posixDriver("bash", "/bin/bash"), folder);
  try {
    if (before !== undefined) {
      await runCommand(shell, before);
      // Ticks are hundredths of a second: what starts in the same one can't be told apart.
      await runCommand(shell, "sleep 0.05");
    }
    const running = shell.run(command, { output() {} });
    await vi.waitFor(() => expect(running.reading?.()).toBe(expected), { timeout: 30_000, interval: 100 });
    // And it stays so.
    if (expected === "nothing") for (let i = 0; i < 5; i++) expect(running.reading?.()).toBe("nothing");
    running.cancel("cancelled");
    await running.result;
  } finally {
    await shell.close();
  }
});

test.runIf(process.platform === "linux")("a session tells those who look on, and the record, that a command waits", async () => {
  execFileSync("mkfifo", [join(folder, "fifo")]);
  const state = makeState();
  const server = await FakeServer.open(state);
  const { agent } = startAgent(state, { quietTime: 100 });
  try {
    await vi.waitFor(() => expect(server.endpointSocket).toBeDefined(), 20_000);
    const session = server.invite();
    await vi.waitFor(() => expect(session.ofKind("joined").length).toBe(2), 20_000);
    session.run("r1", `read -r x <> '${join(folder, "fifo")}'`);
    await vi.waitFor(() => expect(session.ofKind("chat").length).toBe(1), 10_000);
    const [said] = session.ofKind("chat");
    expect(said?.entry.by).toBe("p1");
    expect(said?.text.message).toMatch(
      /^This command is silent and reads a pipe .* waits for input\. Commands get no input here\./,
    );
    session.cancel("r1");
    await vi.waitFor(() => expect(session.ofKind("finished")[0]?.entry.end).toBe("cancelled"), 10_000);
    const notices = () => session.received.filter((message) => message.type === "waiting");
    await vi.waitFor(
      () =>
        expect(notices().map(({ request, sign }) => [request, sign])).toEqual([
          ["r1", "pipe"],
          ["r1", undefined],
        ]),
      20_000,
    );
    expect(session.ofKind("chat").length).toBe(1);
  } finally {
    await agent.stop();
    await server.close();
    removeState(state);
  }
});
