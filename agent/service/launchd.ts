import { commandLine, type ServicePlan, xmlText } from "./plan.ts";

export const LAUNCHD_LABEL = "handoff.caisey.agent";

/** A property list of launchd: of the machine, or of the person, in whose session alone a browser can be opened. */
export function launchdPlist(plan: ServicePlan, logFolder: string): string {
  const words = commandLine(plan)
    .map((word) => `      <string>${xmlText(word)}</string>`)
    .join("\n");
  const log = xmlText(`${logFolder}/caisey-agent.log`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
  <dict>
    <key>Label</key>
    <string>${LAUNCHD_LABEL}</string>
    <key>ProgramArguments</key>
    <array>
${words}
    </array>
    <key>RunAtLoad</key>
    <true/>
    <key>KeepAlive</key>
    <dict>
      <key>SuccessfulExit</key>
      <false/>
    </dict>
    <key>ThrottleInterval</key>
    <integer>30</integer>
    <key>ExitTimeOut</key>
    <integer>20</integer>
    <key>HardResourceLimits</key>
    <dict>
      <key>Core</key>
      <integer>0</integer>
    </dict>
    <key>StandardOutPath</key>
    <string>${log}</string>
    <key>StandardErrorPath</key>
    <string>${log}</string>
  </dict>
</plist>
`;
}
