// The verify page: checks a ZIP or a folder that the reader chooses, on this computer.
import { mountVerify } from "./verify/mount.ts";
import { programs } from "./verify/programs.ts";

mountVerify(programs());
