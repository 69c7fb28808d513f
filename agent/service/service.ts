import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { AgentError } from "../error.ts";
import { LAUNCHD_LABEL, launchdPlist } from "./launchd.ts";
import type { ServicePlan } from "./plan.ts";
import { scheduledTask, TASK_NAME } from "./scheduled-task.ts";
import { systemdUnit } from "./systemd.ts";

/** A program of the system and its arguments. */
type Call = readonly [string, ...string[]];

/** What makes the agent a service of this kind of system, and undoes it. */
export interface Service {
  /** Where the file is put; undefined where the system takes it over and keeps it itself. */
  file: string | undefined;
  text: string;
  /** @param file where the text is now. */
  start(file: string): Call[];
  stop(): Call[];
}

export type ServiceKind = "systemd" | "launchd" | "windows";

export const SERVICE_KINDS: readonly ServiceKind[] = ["systemd", "launchd", "windows"];

/** The kind that this computer has. */
export function localKind(): ServiceKind {
  if (process.platform === "win32") return "windows";
  return process.platform === "darwin" ? "launchd" : "systemd";
}

export function serviceOf(kind: ServiceKind, plan: ServicePlan): Service {
  const { forMachine } = plan;
  if (plan.isConfined && kind !== "systemd") {
    throw new AgentError(
      "arguments/invalid",
      "expected --confined with systemd only: no other system can hold commands back like that",
    );
  }
  switch (kind) {
    case "systemd": {
      const folder = forMachine ? "/etc/systemd/system" : join(configFolder(), "systemd", "user");
      const control: Call = forMachine ? ["systemctl"] : ["systemctl", "--user"];
      const unit = "caisey-agent.service";
      return {
        file: join(folder, unit),
        text: systemdUnit(plan),
        start: () => [
          [...control, "daemon-reload"],
          [...control, "enable", unit],
          // Not --now with enable: one that runs must begin anew with what is written there now.
          [...control, "restart", unit],
        ],
        stop: () => [[...control, "disable", "--now", unit]],
      };
    }
    case "launchd": {
      const library = join(forMachine ? "/" : homedir(), "Library");
      const domain = forMachine ? "system" : `gui/${process.getuid?.() ?? 0}`;
      return {
        file: join(library, forMachine ? "LaunchDaemons" : "LaunchAgents", `${LAUNCHD_LABEL}.plist`),
        text: launchdPlist(plan, join(library, "Logs")),
        start: (file) => [["launchctl", "bootstrap", domain, file]],
        stop: () => [["launchctl", "bootout", `${domain}/${LAUNCHD_LABEL}`]],
      };
    }
    case "windows":
      return {
        file: undefined,
        text: scheduledTask(plan, `${process.env.USERDOMAIN ?? "."}\\${userInfo().username}`),
        start: (file) => [
          ["schtasks.exe", "/create", "/f", "/tn", TASK_NAME, "/xml", file],
          ["schtasks.exe", "/run", "/tn", TASK_NAME],
        ],
        stop: () => [
          ["schtasks.exe", "/end", "/tn", TASK_NAME],
          ["schtasks.exe", "/delete", "/f", "/tn", TASK_NAME],
        ],
      };
  }
}

/**
 * Writes the file where the system looks for it, and starts the service.
 * @throws AgentError `service/failed` when the system refused it; the file then stays where it is.
 */
export async function installService(service: Service): Promise<void> {
  if (service.file !== undefined) {
    write(service.file, service.text, "utf8");
    for (const call of service.start(service.file)) await run(call);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "caisey-service-"));
  try {
    const file = join(folder, "task.xml");
    // The Task Scheduler reads UTF-16 with a byte order mark.
    write(file, `\ufeff${service.text}`, "utf16le");
    for (const call of service.start(file)) await run(call);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends the service and takes its file away. @throws AgentError `service/failed`. */
export async function uninstallService(service: Service): Promise<void> {
  for (const call of service.stop()) await run(call);
  if (service.file !== undefined) rmSync(service.file, { force: true });
}

function configFolder(): string {
  return process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
}

function write(file: string, text: string, encoding: BufferEncoding): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { encoding, mode: 0o644 });
  } catch (cause) {
    throw new AgentError(
      "service/failed",
      `expected to write ${file}, that was refused: a service of the machine takes an administrator`,
      {
        cause,
      },
    );
  }
}

async function run([program, ...args]: Call): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(program, args, { windowsHide: true }, (error, _, stderr) => {
      if (error === null) resolve();
      else {
        const why = error.code === "ENOENT" ? "is not on this computer" : stderr.trim().split("\n")[0] || "failed";
        reject(new AgentError("service/failed", `expected ${[program, ...args].join(" ")} to work, it said: ${why}`));
      }
    });
  });
}
