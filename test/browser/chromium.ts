import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import packed, { inflate } from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const PACKED_HERE = process.platform === "linux" && process.arch === "x64";

/**
 * A headless Chromium with its own security rules left on. Of the packed one only the program is taken, not its default
 * arguments: they hold `--disable-web-security` and `--single-process`, which make forbidden things pass.
 * Elsewhere than on Linux x64 an installed Chrome.
 */
export async function launchChromium(): Promise<Browser> {
  if (!PACKED_HERE) return chromium.launch({ channel: "chrome" });
  const folder = await unpackChromium();
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_PATH = join(folder, "fonts");
  if (!(await starts(join(folder, "chromium")))) env.LD_LIBRARY_PATH = join(folder, "al2023", "lib");
  return chromium.launch({ executablePath: join(folder, "chromium"), args: ["--no-sandbox"], env });
}

/** Folder with the unpacked program; unpacked once a machine, and moved into place whole, since runs may start together. */
export async function unpackChromium(): Promise<string> {
  const home = dirname(dirname(require.resolve("@sparticuz/chromium")));
  const { version } = require(join(home, "package.json")) as { version: string };
  const parent = tmpdir();
  const folder = join(parent, `caisey-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return folder;
  const fresh = await mkdtemp(`${folder}-`);
  // The package unpacks to the temporary folder of the process and knows no other.
  const before = process.env.TMPDIR;
  process.env.TMPDIR = fresh;
  try {
    await packed.executablePath();
    await inflate(join(home, "bin", "al2023.tar.br"));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  await rename(fresh, folder).catch(async (error: unknown) => {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  });
  return folder;
}

/** Whether the machine has the libraries that it needs; a bare container lacks NSS, which the package brings along. */
async function starts(program: string): Promise<boolean> {
  return run(program, ["--version"]).then(
    () => true,
    () => false,
  );
}
