import { reset } from "cloudflare:test";
import { afterAll } from "vitest";

/** Files of tests share an engine, and the Worker that is loaded into it, but nothing that is stored. */
afterAll(() => reset());
