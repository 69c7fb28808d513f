import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Material by others, beside the project where it is developed; the tests below don't depend on it. */
export const REAL = resolve(import.meta.dirname, "../../../shared/real");

/** Strings that have broken pages, terminals and spreadsheets. */
export const HOSTILE: readonly string[] = [
  "<script>alert(1)</script>",
  "</pre></span></li><img src=x onerror=alert(1)>",
  '"><svg/onload=alert(1)>',
  "' onmouseover='alert(1)",
  "` onfocus=alert(1) autofocus `",
  "&lt;b&gt; &amp; &#60;script&#62; &copy",
  "<!-- --> <![CDATA[ ]]> <?php ?>",
  "javascript:alert(1)",
  "\u0000\u0001\u0007\u0008\u000b\u000c\u000d\u001b\u007f\u0080\u009b",
  "\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m\u001b[8mconcealed\u001b[28m\u001bPq#0\u001b\\",
  "\u001b[999m\u001b[38;5;300m\u001b[38;2;1;2m\u001b[1;2;x",
  "\u202egnp.exe\u202c \u2066a\u2069 \u200f \u200b\u200d\ufeff \u00ad \u{e0041} \u2028 \u2029 \u3164 \u2800",
  "\u00a0\u2003\u3000 spaces",
  "fam\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u26a0\ufe0f \u{1f1e9}\u{1f1ea} x\ufe0f",
  "Z\u0351\u036b\u0343algo \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
  '=HYPERLINK("http://evil.example")',
  "\ufffe\uffff \u{10ffff}",
];

/** Those, and every line of the real material when it is there. */
export function hostileLines(): string[] {
  const folder = join(REAL, "hostile");
  if (!existsSync(folder)) return [...HOSTILE];
  const real = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"));
  return [...HOSTILE, ...real];
}
