import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Asset } from "../page.ts";

const STYLE = "data/assets/site.css";
/** In this order: the page's own script expects the programs to be there. */
const SCRIPTS = ["data/assets/verify-program.js", "data/assets/verify-stamps.js", "data/assets/verify.js"];
const ICON = "data/assets/icon.svg";

/**
 * Writes dist/verifier.mjs: the verifier as one HTML file, put together from the assets of dist/renderer.mjs, which must be there, and
 * the policy under which it runs. The policy names each script and the style by its hash, and no address to connect to.
 */
export async function writeVerifier(root: string): Promise<void> {
  const compiled: { renderVerifier(): Promise<string>; assets: readonly Asset[] } = await import(
    `${pathToFileURL(root)}dist/renderer.mjs?${Date.now()}`
  );
  const text = (path: string) => {
    const asset = compiled.assets.find((one) => one.path === path);
    if (asset === undefined) throw new Error(`expected the asset ${path}`);
    const content = new TextDecoder().decode(asset.bytes);
    // Inside an element these would end it, or be taken for a comment.
    if (/<\/(script|style)|<!--/i.test(content)) throw new Error(`expected ${path} to be fit to stand inside a page`);
    return content;
  };
  const hash = (content: string) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
  const policy = [
    "default-src 'none'",
    `script-src ${SCRIPTS.map((path) => hash(text(path))).join(" ")}`,
    `style-src ${hash(text(STYLE))}`,
    "img-src data:",
    "worker-src blob:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const html = (await compiled.renderVerifier())
    .replace("CAISEY-POLICY", () => policy)
    .replace("CAISEY-ICON", () => `data:image/svg+xml,${encodeURIComponent(text(ICON))}`);
  const [head, body, ...rest] = html.split("CAISEY-STYLE");
  const [content, end, ...more] = body?.split("</body>") ?? [];
  if (head === undefined || content === undefined || end === undefined || rest.length + more.length > 0)
    throw new Error("expected the verifier to have one style and one body");
  const scripts = SCRIPTS.map((path) => `<script>${text(path)}</script>`).join("");
  const whole = `${head}${text(STYLE)}${content}${scripts}</body>${end}`;
  await writeFile(
    `${root}dist/verifier.mjs`,
    `import { assets } from "./renderer.mjs";
const text = (path) => new TextDecoder().decode(assets.find((one) => one.path === path).bytes);
export const policy = ${JSON.stringify(policy)};
export const sha256 = ${JSON.stringify(createHash("sha256").update(whole).digest("hex"))};
export const verifierPage = () =>
  ${JSON.stringify(head)} + text(${JSON.stringify(STYLE)}) + ${JSON.stringify(content)} +
  ${JSON.stringify(SCRIPTS)}.map((path) => "<script>" + text(path) + "</script>").join("") + ${JSON.stringify(`</body>${end}`)};
`,
  );
}
