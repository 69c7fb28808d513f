import { commandLine, plainText, type ServicePlan } from "./plan.ts";

/**
 * A unit of systemd. Most of what units are usually hardened with would hold for the commands too, and a technician who may not
 * change anything can't help: so it is left out, unless the service is to be confined.
 */
export function systemdUnit(plan: ServicePlan): string {
  const { forMachine, isConfined, state } = plan;
  return `[Unit]
Description=Caisey agent: records remote support on this computer
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${commandLine(plan).map(quoted).join(" ")}
# It ends well only when it is stopped, or when the server ended the enrolment. Wrong arguments don't get better by themselves.
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2
# The agent ends what runs and tells how it ended; what is still there after that is killed.
KillMode=mixed
TimeoutStopSec=20
# A command that takes all memory is ended, the agent goes on and tells it.
OOMPolicy=continue
# The key must not end up in a core dump, nor be reached through another's keyring.
LimitCORE=0
KeyringMode=private
LockPersonality=yes
RestrictRealtime=yes
${isConfined ? confined(forMachine, state) : ""}
[Install]
WantedBy=${forMachine ? "multi-user.target" : "default.target"}
`;
}

/** The system itself keeps commands from changing anything but the agent's own folder. */
function confined(forMachine: boolean, state: string): string {
  const common = `
# Confined: commands look, but change nothing.
NoNewPrivileges=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
SystemCallArchitectures=native
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
`;
  // A service of one person has not the right to make these.
  if (!forMachine) return common;
  return `${common}ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${quoted(state)}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYSLOG
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
`;
}

/** One word of a unit: `%` names specifiers there and `$` variables. */
function quoted(word: string): string {
  const escaped = plainText(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[A-Za-z0-9_./:=@+,%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}
