import { commandLine, type ServicePlan, xmlText } from "./plan.ts";

export const TASK_NAME = "Caisey Agent";

/**
 * A task of Windows' Task Scheduler. Not a Windows service: those must answer the service manager, which no plain program does, and
 * sc.exe would have it killed after half a minute. A task does what is needed without another program in between: it starts with the
 * machine or when the person signs in, again when it failed, and has no time limit.
 * @param user `DOMAIN\\name` of the person at whose sign-in it starts, unless it is for the machine.
 */
export function scheduledTask(plan: ServicePlan, user: string): string {
  const [program = "", ...args] = commandLine(plan);
  const person = `<UserId>${xmlText(user)}</UserId>`;
  // S-1-5-18 is the system's own account.
  const [trigger, principal] = plan.forMachine
    ? ["<BootTrigger />", "<UserId>S-1-5-18</UserId>\n      <RunLevel>HighestAvailable</RunLevel>"]
    : [
        `<LogonTrigger>${person}</LogonTrigger>`,
        `${person}\n      <LogonType>InteractiveToken</LogonType>\n      <RunLevel>LeastPrivilege</RunLevel>`,
      ];
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Caisey agent: records remote support on this computer</Description>
  </RegistrationInfo>
  <Triggers>
    ${trigger}
  </Triggers>
  <Principals>
    <Principal id="Author">
      ${principal}
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <IdleSettings>
      <StopOnIdleEnd>false</StopOnIdleEnd>
      <RestartOnIdle>false</RestartOnIdle>
    </IdleSettings>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(program)}</Command>
      <Arguments>${xmlText(args.map(windowsWord).join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** One word as Windows programs take their command line apart: backslashes count only before a quote. */
export function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}
