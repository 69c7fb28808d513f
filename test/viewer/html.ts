const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*(?:="[^"<>]*")?)*) ?(\/?)>/y;
const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&#96;": "`",
  "&#34;": '"',
  "&#38;": "&",
};

/** What a strict reader sees in HTML that we made: only tags of the plainest form, and text in which nothing could open one. */
export interface StrictHtml {
  /** Names of elements and of their attributes, such as `a` and `a href`. */
  names: Set<string>;
  ids: string[];
  /** Values of `href` and `src`. */
  links: string[];
  /** Text with its entities decoded. */
  text: string;
}

/** @throws Error on anything but well-nested tags, quoted attributes, known entities and text. */
export function readStrict(html: string): StrictHtml {
  const out: StrictHtml = { names: new Set(), ids: [], links: [], text: "" };
  const open: string[] = [];
  let at = html.startsWith("<!DOCTYPE html>") ? "<!DOCTYPE html>".length : 0;
  while (at < html.length) {
    const next = html.indexOf("<", at);
    out.text += decode(html.slice(at, next < 0 ? html.length : next));
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(html);
    if (tag === null) throw new Error(`expected a plain tag, got ${JSON.stringify(html.slice(next, next + 80))}`);
    const [whole, closing, name, attributes] = tag as unknown as [string, string, string, string];
    if (closing === "/") {
      const last = open.pop();
      if (last !== name) throw new Error(`expected </${last}>, got </${name}>`);
    } else {
      out.names.add(name);
      for (const [, key, value] of attributes.matchAll(/ ([a-zA-Z][a-zA-Z0-9-]*)(?:="([^"]*)")?/g)) {
        out.names.add(`${name} ${key}`);
        if (key === "id") out.ids.push(decode(value ?? ""));
        if (key === "href" || key === "src") out.links.push(decode(value ?? ""));
      }
      if (tag[4] !== "/" && !VOID.has(name)) open.push(name);
    }
    at = next + whole.length;
  }
  if (open.length > 0) throw new Error(`expected all elements closed, got ${open.join(" ")}`);
  return out;
}

const VOID = new Set(["br", "input", "link", "meta"]);

function decode(text: string): string {
  if (text.includes(">")) throw new Error(`expected no > in text, got ${JSON.stringify(text.slice(0, 80))}`);
  return text.replace(/&[^;]{0,10};?/g, (entity) => {
    const char = ENTITIES[entity];
    if (char === undefined) throw new Error(`expected a known entity, got ${entity}`);
    return char;
  });
}
