// The verify page: checks a ZIP or a folder that the reader chooses, on this computer.
import { mountVerify } from "./verify/mount.ts";
import { programs } from "./verify/programs.ts";

mountVerify(programs());

// What only makes sense while the page is on a server; a saved one has no server.
const served = /^https?:$/.test(location.protocol);
for (const [id, hidden] of [
  ["verify-served", !served],
  ["verify-save", !served],
  ["verify-saved", served],
] as const)
  document.getElementById(id)?.toggleAttribute("hidden", hidden);
