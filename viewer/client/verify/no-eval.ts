// To be imported before anything that uses zod: zod tries whether it may compile code from strings, which the pages' policy
// forbids, and the browser reports the attempt in its console. This is where zod keeps its settings.
(globalThis as { __zod_globalConfig?: { jitless: boolean } }).__zod_globalConfig = { jitless: true };
