import type { Random } from "./random.ts";

/** One command and what it printed: on average 930 bytes and 11 lines, in the words of Windows support. */
export interface Step {
  command: string;
  output: string;
}

const HOSTS = ["ACME-SRV01", "ACME-SQL01", "ACME-DC02", "ACME-WS014", "ACME-WS027", "ACME-NB103"];
const SERVICES = [
  ["Spooler", "Print Spooler"],
  ["MSSQLSERVER", "SQL Server (MSSQLSERVER)"],
  ["W32Time", "Windows Time"],
  ["LanmanServer", "Server"],
  ["wuauserv", "Windows Update"],
  ["BITS", "Background Intelligent Transfer Service"],
  ["Dnscache", "DNS Client"],
  ["TermService", "Remote Desktop Services"],
  ["VSS", "Volume Shadow Copy"],
  ["WinRM", "Windows Remote Management (WS-Management)"],
];
const PROVIDERS = [
  "Service Control Manager",
  "Microsoft-Windows-DNS-Client",
  "Application Error",
  "MSSQLSERVER",
  "Schannel",
  "Disk",
];
const FAULTS = [
  "terminated unexpectedly. It has done this {n} time(s). The following corrective action will be taken in 60000 milliseconds: Restart the service.",
  "Faulting application name: spoolsv.exe, version: 10.0.20348.{n}, time stamp: 0x{hex}, faulting module name: KOAXPJ_D.DLL, exception code: 0xc0000005",
  "Name resolution for the name login.microsoftonline.com timed out after none of the configured DNS servers responded. Client PID {n}.",
  "SQL Server detected a logical consistency-based I/O error: incorrect checksum (expected: 0x{hex}; actual: 0x{hex}). It occurred during a read of page (1:{n}).",
  "The IO operation at logical block address 0x{hex} for Disk 0 (PDO name: \\Device\\000000{n}) was retried.",
  "A fatal error occurred while creating a TLS client credential. The internal error state is {n}.",
];
const FOLDERS = ["Finance", "Scans", "Templates", "Payroll 2026", "Clients", "Archive"];
const FILES = ["invoice", "statement", "report", "letter", "backup", "scan", "ledger", "quarter"];
const PEOPLE = ["kim.lee", "owen.bright", "jane.doe", "svc-backup", "priya.nair", "tom.hale"];

const two = (value: number) => String(value).padStart(2, "0");

function events(random: Random): Step {
  const provider = random.pick(PROVIDERS);
  const lines = ["", `   ProviderName: ${provider}`, "", "TimeCreated           Id LevelDisplayName Message"];
  lines.push("-----------           -- ---------------- -------");
  for (let i = 0; i < 5; i++) {
    const fault = random
      .pick(FAULTS)
      .replace("{n}", String(1 + random.int(9999)))
      .replaceAll("{hex}", () => random.hex(8));
    const time = `${two(1 + random.int(28))}/11/2026 ${two(random.int(24))}:${two(random.int(60))}:${two(random.int(60))}`;
    lines.push(`${time} ${String(1000 + random.int(9000))} Error            ${fault}`);
  }
  return {
    command: `Get-WinEvent -ComputerName ${random.pick(HOSTS)} -ProviderName '${provider}' -MaxEvents 5`,
    output: lines.join("\n"),
  };
}

function services(random: Random): Step {
  const lines = [
    "",
    "Status   Name               DisplayName                            StartType",
    "------   ----               -----------                            ---------",
  ];
  for (let i = 0; i < 8; i++) {
    const [name, display] = random.pick(SERVICES) as [string, string];
    const status = random.pick(["Running", "Stopped", "Running", "Paused "]);
    lines.push(`${status.padEnd(8)} ${name.padEnd(18)} ${display.padEnd(38)} ${random.pick(["Automatic", "Manual", "Disabled"])}`);
  }
  return {
    command: `Get-Service -ComputerName ${random.pick(HOSTS)} | Sort-Object Status | Select-Object -First 8`,
    output: lines.join("\n"),
  };
}

function files(random: Random): Step {
  const folder = `D:\\Shares\\${random.pick(FOLDERS)}`;
  const lines = [
    "",
    `    Directory: ${folder}`,
    "",
    "Mode                 LastWriteTime         Length Name",
    "----                 -------------         ------ ----",
  ];
  for (let i = 0; i < 7; i++) {
    const time = `${two(1 + random.int(28))}/${two(1 + random.int(12))}/2026     ${two(random.int(24))}:${two(random.int(60))}`;
    const name = `${random.pick(FILES)}-${random.pick(PEOPLE)}-${random.int(100_000)}.${random.pick(["pdf", "xlsx", "docx", "bak"])}`;
    lines.push(`-a----        ${time} ${String(random.int(90_000_000)).padStart(14)} ${name}`);
  }
  return {
    command: `Get-ChildItem -LiteralPath '${folder}' -File | Sort-Object LastWriteTime -Descending | Select-Object -First 7`,
    output: lines.join("\n"),
  };
}

function network(random: Random): Step {
  const lines = ["Windows IP Configuration"];
  for (const name of ["Ethernet", "Wi-Fi"]) {
    lines.push(`Ethernet adapter ${name}:`);
    lines.push(`   Physical Address. . . . . . . . . : ${Array.from({ length: 6 }, () => random.hex(2).toUpperCase()).join("-")}`);
    lines.push(`   IPv4 Address. . . . . . . . . . . : 192.168.${random.int(20)}.${random.int(250)}(Preferred)`);
    lines.push(`   Default Gateway . . . . . . . . . : 192.168.${random.int(20)}.1`);
    lines.push(
      `   DHCPv6 Client DUID. . . . . . . . : 00-01-00-01-${random.hex(2)}-${random.hex(2)}-${random.hex(2)}-${random.hex(2)}-${random.hex(2)}`,
    );
  }
  for (const host of HOSTS.slice(0, 2))
    lines.push(`${host}: Reply from 192.168.10.${random.int(250)}: bytes=32 time=${random.int(90)}ms TTL=128`);
  return { command: `ipconfig /all; Test-Connection ${random.pick(HOSTS)} -Count 2`, output: lines.join("\n") };
}

function registry(random: Random): Step {
  const guid = `{${random.hex(8)}-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}-${random.hex(12)}}`;
  const key = `HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${guid}`;
  const lines = ["", key];
  lines.push(`    DisplayName      REG_SZ        Konica Minolta PCL6 Driver ${random.int(9)}.${random.int(20)}`);
  lines.push(`    UninstallString  REG_EXPAND_SZ MsiExec.exe /X${guid}`);
  lines.push(`    InstallSource    REG_SZ        \\\\${random.pick(HOSTS)}\\deploy\\${random.pick(FILES)}-${random.int(9999)}\\`);
  for (let i = 0; i < 6; i++) {
    lines.push(`    ${random.pick(FILES).padEnd(16)} REG_BINARY    ${random.hex(96)}`);
  }
  return {
    command: `reg query "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\${guid}" /s`,
    output: lines.join("\n"),
  };
}

const KINDS = [events, services, files, network, registry];

export function makeStep(random: Random): Step {
  return random.pick(KINDS)(random);
}
