import { isSea } from "node:sea";
import { fileURLToPath } from "node:url";
import { AgentError } from "../error.ts";
import type { ServicePlan } from "./plan.ts";
import { installService, localKind, SERVICE_KINDS, type ServiceKind, serviceOf, uninstallService } from "./service.ts";

export interface ServiceOptions {
  /** Absolute paths. */
  state: string;
  policy: string | undefined;
  shell: string | undefined;
  /** For the machine; by default when root asks. */
  system: boolean;
  user: boolean;
  confined: boolean;
  /** Which system's unit is printed; this computer's by default. */
  kind: string | undefined;
}

/**
 * `service print`, `service install`, `service uninstall`.
 * @throws AgentError `arguments/invalid`, `service/failed`.
 */
export async function serviceCommand(act: string | undefined, options: ServiceOptions, say: (text: string) => void): Promise<void> {
  if (options.system && options.user) throw new AgentError("arguments/invalid", "expected --system or --user, not both");
  const kind = options.kind ?? localKind();
  if (!isKind(kind)) throw new AgentError("arguments/invalid", `expected --kind to be one of ${SERVICE_KINDS.join(", ")}`);
  const plan: ServicePlan = {
    program: program(),
    state: options.state,
    policy: options.policy,
    shell: options.shell,
    forMachine: options.system || (!options.user && process.getuid?.() === 0),
    isConfined: options.confined,
  };
  const service = serviceOf(kind, plan);
  if (act === "print") {
    say(service.text.trimEnd());
    return;
  }
  if (act !== "install" && act !== "uninstall") {
    throw new AgentError("arguments/invalid", "expected service print, service install or service uninstall");
  }
  if (kind !== localKind()) throw new AgentError("arguments/invalid", `expected --kind ${localKind()} on this computer`);
  if (act === "install") await installService(service);
  else await uninstallService(service);
  const where = service.file === undefined ? "in the Task Scheduler" : service.file;
  say(act === "install" ? `The agent runs as a service: ${where}` : `The agent is no service any more: ${where}`);
}

function isKind(text: string): text is ServiceKind {
  return SERVICE_KINDS.some((kind) => kind === text);
}

/** How this very program is started. */
function program(): string[] {
  return isSea() ? [process.execPath] : [process.execPath, fileURLToPath(new URL("../main.ts", import.meta.url))];
}
