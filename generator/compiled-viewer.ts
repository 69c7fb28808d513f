/// <reference path="../viewer/compiled.d.ts" />
import * as compiled from "../viewer/dist/renderer.mjs";
import type { Viewer } from "./viewer.ts";

/** The renderer that `npm run build:viewer` makes, for those who are bundled with it. */
export const compiledViewer: Viewer = compiled;
