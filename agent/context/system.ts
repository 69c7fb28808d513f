import { hostname } from "node:os";
import si from "systeminformation";

/** Parts that the library reads alike on all systems. Sizes in bytes unless the column says otherwise. */
export interface Table {
  columns: string[];
  rows: string[][];
}

export async function readOs(): Promise<Table> {
  const [os, system] = await Promise.all([si.osInfo(), si.system()]);
  const facts: Record<string, string> = {
    hostname: hostname(),
    name: os.distro,
    version: os.release,
    build: os.build,
    kernel: os.kernel,
    architecture: os.arch,
    manufacturer: system.manufacturer,
    model: system.model,
    virtual: system.virtual ? "yes" : "no",
    uptime: duration(si.time().uptime),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== "" && value !== undefined);
  return { columns: ["property", "value"], rows: known };
}

export async function readProcesses(): Promise<Table> {
  const { list } = await si.processes();
  const rows = list.map(({ pid, name, memRss, cpu }) => [String(pid), name, String(Math.round(memRss / 1024)), cpu.toFixed(1)]);
  return { columns: ["pid", "name", "memory mb", "cpu percent"], rows };
}

export async function readServices(): Promise<Table> {
  const services = await si.services("*");
  const rows = services.map(({ name, running, startmode }) => [name, running ? "running" : "stopped", startmode ?? ""]);
  if (rows.length === 0) throw new Error("the machine listed no services");
  return { columns: ["name", "state", "start"], rows };
}

export async function readDisks(): Promise<Table> {
  const disks = await si.fsSize();
  const rows = disks.map(({ mount, type, size, available }) => [mount, type, String(size), String(available)]);
  return { columns: ["mount", "file system", "size", "free"], rows };
}

export async function readMemory(): Promise<Table> {
  const memory = await si.mem();
  const mb = (bytes: number) => String(Math.round(bytes / 1024 / 1024));
  return {
    columns: ["total mb", "free mb", "swap total mb", "swap free mb"],
    rows: [[mb(memory.total), mb(memory.available), mb(memory.swaptotal), mb(memory.swapfree)]],
  };
}

export async function readNetwork(): Promise<Table> {
  const [found, gateway] = await Promise.all([si.networkInterfaces(), si.networkGatewayDefault()]);
  const rows = (Array.isArray(found) ? found : [found]).flatMap((one) => {
    const state = one.operstate;
    const v4 = one.ip4 === "" ? [] : [[one.iface, one.ip4, one.ip4subnet, one.mac, one.default ? gateway : "", state]];
    const v6 = one.ip6 === "" ? [] : [[one.iface, one.ip6, one.ip6subnet, one.mac, "", state]];
    return [...v4, ...v6];
  });
  return { columns: ["name", "address", "netmask", "mac", "gateway", "state"], rows };
}

export async function readUsers(): Promise<Table> {
  const users = await si.users();
  return {
    columns: ["user", "terminal", "since"],
    rows: users.map(({ user, tty, date, time }) => [user, tty, `${date} ${time}`.trim()]),
  };
}

export async function readClock(): Promise<Table> {
  const { timezone, timezoneName } = si.time();
  return {
    columns: ["property", "value"],
    rows: [
      ["zone", timezoneName || timezone],
      ["offset", timezone],
      ["utc", new Date().toISOString()],
    ],
  };
}

function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  return `${Math.floor(hours / 24)} days ${hours % 24} hours`;
}
