import { Hono } from "hono";
import type { AppEnv } from "../env.ts";
import { assets } from "./dist/assets.mjs";

/** Address of a style sheet or client module. @throws TypeError when there is none of that name. */
export function assetPath(name: string): string {
  const asset = assets.find((one) => one.name === name);
  if (asset === undefined) throw new TypeError(`expected an asset of the console, got ${name}`);
  return `/assets/${asset.hash}/${name}`;
}

/** What a session's page under review has beside what it will have in the package. */
export const FRAMED = ["framed.css", "framed.js"];

/** The text of one of them; undefined for any other name. */
export function framedAsset(name: string): string | undefined {
  return FRAMED.includes(name) ? assets.find((one) => one.name === name)?.text : undefined;
}

/** Serves them, to anybody: there is nothing of an organisation in them. */
export const assetRoutes = new Hono<AppEnv>();
for (const { name, type, text, hash } of assets) {
  assetRoutes.get(`/assets/${hash}/${name}`, (c) =>
    c.body(text, 200, {
      "content-type": type,
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    }),
  );
}
