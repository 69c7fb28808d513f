import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionView } from "../schema.ts";
import { type Api, until } from "./api.ts";
import type { ScriptedPerson } from "./scripted-person.ts";

/** A command of the live session. `ask`: it changes something, and needs the person's consent. */
interface Step {
  command: string;
  reason: string;
  ask?: string;
}

export interface LiveSession {
  api: Api;
  group: string;
  endpoint: string;
  person: ScriptedPerson;
  onProgress: (done: string) => void;
}

/**
 * Records one session on this computer with real commands: a look at system and disks, chat both ways, and a small file written
 * into a folder made for it, for which the person at this computer is asked.
 * @returns its id, once it is closed and witnessed.
 * @throws LocalError `run/incomplete`. @throws RefusedError.
 */
export async function recordLiveSession({ api, group, endpoint, person, onProgress }: LiveSession): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "caisey-health-check-"));
  try {
    const { session } = await api.call("POST /api/groups/:group/endpoints/:endpoint/sessions", {
      params: { group, endpoint },
      body: { subject: "Health check of this computer" },
    });
    const params = { session };
    const say = (message: string) => api.call("POST /api/sessions/:session/chat", { params, body: { message } });
    await until("the agent to join the session", 60, async () => ((await state(api, session)).agentConnected ? true : undefined));
    await api.call("PUT /api/groups/:group/sessions/:session/tags", {
      params: { group, session },
      body: { tags: ["health check", "live"] },
    });
    await say("Hello, this is a short check of your computer before the handover. You see everything I do.");
    person.say(session, "Fine, go ahead. I will be asked before anything is changed?");
    await say("Yes: what only reads runs at once, anything else waits for your answer.");
    for (const step of stepsFor(folder)) {
      if (step.ask !== undefined) person.expect(step.command, step.ask);
      const { request } = await api.call("POST /api/sessions/:session/commands", {
        params,
        body: { command: step.command, reason: step.reason },
      });
      await until(`the command ${step.command}`, 120, async () =>
        (await state(api, session)).requests.some((one) => one.request === request) ? undefined : true,
      );
      onProgress(step.command);
    }
    await api.call("POST /api/sessions/:session/notes", {
      params,
      body: {
        note: "System and disks looked at, nothing out of the ordinary. A note of the check was left in a temporary folder.",
      },
    });
    await say("That is all, thank you. I am closing the session now.");
    await api.call("POST /api/sessions/:session/close", {
      params,
      body: {
        outcome: "informational",
        summary: "Health check before the handover: operating system, uptime, disks and memory recorded. No fault found.",
        todo: ["Repeat the check after the new MSP has taken over."],
      },
    });
    await until("the session to be closed and witnessed", 60, async () => {
      const { state: now, witnessed } = await state(api, session);
      return now === "closed" && witnessed !== null ? true : undefined;
    });
    return session;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function state(api: Api, session: string): Promise<SessionView> {
  return api.call("GET /api/sessions/:session", { params: { session } });
}

function stepsFor(folder: string): Step[] {
  const note = join(folder, "health-check.txt");
  const why = "To see which system this is.";
  const ask = "Yes, that is fine.";
  if (process.platform === "win32") {
    return [
      { command: "$PSVersionTable", reason: why },
      { command: "Get-CimInstance Win32_OperatingSystem | Select-Object Caption, Version, LastBootUpTime", reason: why },
      { command: "Get-PSDrive -PSProvider FileSystem", reason: "To see how full the disks are." },
      { command: `Set-Content -Path '${note}' -Value 'Checked before the handover'`, reason: "To leave a note of the check.", ask },
      { command: `Get-Content '${note}'`, reason: "To see that the note is there." },
    ];
  }
  const release = process.platform === "darwin" ? "sw_vers" : "cat /etc/os-release";
  return [
    { command: "uname -a", reason: why },
    { command: release, reason: why },
    { command: "df -h", reason: "To see how full the disks are." },
    { command: "ls -la /var/log", reason: "To see whether logs grow out of bounds." },
    {
      command: `echo 'Checked before the handover' > '${note}'`,
      reason: "To leave a note of the check in a temporary folder.",
      ask,
    },
    { command: `cat '${note}'`, reason: "To see that the note is there." },
    { command: "cat /nowhere/such-a-file", reason: "To see that the recorder keeps errors too." },
  ];
}
