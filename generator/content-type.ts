const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  jsonl: "application/jsonl",
  png: "image/png",
  rsmf: "message/rfc822",
  svg: "image/svg+xml",
  tsr: "application/timestamp-reply",
  woff2: "font/woff2",
};

/** How a file of a package is served. Whatever has no type of its own is a text: checkpoints, manifests, keys. */
export function contentType(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return Object.hasOwn(TYPES, extension) ? (TYPES[extension] as string) : "text/plain; charset=utf-8";
}
