import { unpackChromium } from "./chromium.ts";

/** Unpacking takes some seconds: once before the first test, so that no test's time limit pays for it. */
export default async function setup(): Promise<void> {
  if (process.platform === "linux" && process.arch === "x64") await unpackChromium();
}
