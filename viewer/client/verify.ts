// The verify page: checks a ZIP or a folder that the reader chooses, on this computer.
import "./verify/no-eval.ts";
import { checkTimestamp } from "../../record/timestamp.ts";
import { verifyPackage } from "../../record/verify.ts";
import { mountVerify } from "./verify/mount.ts";

mountVerify((reader, options) => verifyPackage(reader, { ...options, timestamps: { check: checkTimestamp } }));
