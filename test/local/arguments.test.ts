import { resolve } from "node:path";
import { expect, test } from "vitest";
import { parseLocalArguments } from "../../worker/local/arguments.ts";

test("without arguments the folders and port of the README hold", () => {
  expect(parseLocalArguments([])).toEqual({ once: false, port: 8787, data: resolve(".data"), out: resolve("out") });
});

test("all can be given", () => {
  expect(parseLocalArguments(["--once", "--port", "9000", "--data", "/d", "--out", "/o"])).toEqual({
    once: true,
    port: 9000,
    data: resolve("/d"),
    out: resolve("/o"),
  });
  expect(parseLocalArguments(["--help"])).toBe("help");
});

test.each([[["--port", "70000"]], [["--port", "http"]], [["--port"]], [["--twice"]], [["more"]]])("%j is refused", (args) => {
  expect(() => parseLocalArguments(args)).toThrow(expect.objectContaining({ code: "arguments/unknown" }));
});
