import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { TerminalApprover } from "../../agent/approval-terminal.ts";

function open() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = "";
  output.on("data", (piece: Buffer) => {
    shown += piece.toString();
  });
  const acts = { say: vi.fn(async () => {}), stop: vi.fn() };
  const desk = new TerminalApprover(input, output, "pat").open({ session: "ses_1", subject: "Printing", mode: "live" }, acts);
  const ask = (command: string) =>
    desk.ask({ command, reason: "why", technician: "Tess", changesShell: true, expires: undefined }, new AbortController().signal);
  return { desk, ask, acts, type: (line: string) => input.write(`${line}\n`), shown: () => shown };
}

test("answers, with a word", async () => {
  const { ask, type } = open();
  const first = ask("rm x");
  type("a go ahead");
  expect(await first).toEqual({ answer: "approved", by: "pat", word: "go ahead" });
  const second = ask("rm y");
  type("d");
  expect(await second).toEqual({ answer: "denied", by: "pat", word: undefined });
});

test("what is not an answer is a message; nothing is taken for an answer that isn't one", async () => {
  const { ask, acts, type } = open();
  const answered = vi.fn();
  void ask("rm x").then(answered);
  type("what is that?");
  await vi.waitFor(() => expect(acts.say).toHaveBeenCalledWith("what is that?", "pat"), 20_000);
  type("stop");
  await vi.waitFor(() => expect(acts.stop).toHaveBeenCalledWith("pat", undefined), 20_000);
  expect(answered).not.toHaveBeenCalled();
});

test("shows the whole command, and nothing in it steers the terminal", async () => {
  const { ask, shown } = open();
  ask("echo \u001b[2J\u202e\nrm x").catch(() => {});
  await vi.waitFor(() => expect(shown()).toContain("Allow it?"), 20_000);
  expect(shown()).toContain("    echo <U+001B>[2J<U+202E>\n    rm x\n");
  expect(shown()).not.toContain("\u001b");
});
