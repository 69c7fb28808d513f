import type { ContextPart } from "../../record/entry.ts";
import { visibleLines } from "../../record/text.ts";
import { shortened } from "./excerpt.ts";
import type { DiskReading, Machine, MachineChange, MachinePart } from "./rows.ts";
import type { SessionView } from "./session-view.ts";

/** What is kept of each machine while the sessions go by: its latest context, and what changed. Plain and serialisable. */
export interface MachinesState {
  machines: Record<string, Machine>;
  /** Characters that may still be kept, of all machines together. */
  left: number;
}

/** Parts of which a difference says something; processes, memory and who is logged on differ every time. */
const COMPARED: ReadonlySet<ContextPart> = new Set(["os", "updates", "services", "software", "disks", "network", "clock"]);
/** Rows and columns of those that change by themselves. */
const RESTLESS_ROWS = /^(uptime|up since|booted|boot time|last boot|utc|local|time)$/i;
const RESTLESS_COLUMNS = new Set(["free", "used", "percent", "cpu percent", "memory mb", "free mb"]);

const ROWS = 600;
const CELL = 160;
const EXAMPLES = 12;
const READINGS = 300;
const BUDGET = 24_000_000;

export function newMachines(): MachinesState {
  return { machines: {}, left: BUDGET };
}

export function addMachine(state: MachinesState, view: SessionView): void {
  const { endpoint } = view.session;
  state.machines[endpoint] ??= { endpoint, changes: [], disks: [], parts: [] };
  const machine = state.machines[endpoint];
  for (const part of partsOf(view)) {
    const before = machine.parts.find((one) => one.part === part.part);
    if (part.part === "disks") addReadings(machine.disks, part, view);
    const cost = sizeOf(part) - (before === undefined ? 0 : sizeOf(before));
    if (cost > state.left) continue;
    if (before !== undefined && COMPARED.has(part.part)) {
      const change = compareParts(before, part);
      const weight = change === undefined ? 0 : JSON.stringify(change).length;
      if (change !== undefined && weight < state.left - cost) {
        machine.changes.push(change);
        state.left -= weight;
      }
    }
    state.left -= cost;
    machine.parts = [...machine.parts.filter((one) => one !== before), part];
  }
}

/** The context that a session read, a part that came in several entries put together. Hidden rows are left out. */
function partsOf(view: SessionView): MachinePart[] {
  const parts = new Map<ContextPart, MachinePart>();
  for (const { entry, text } of view.entries) {
    if (entry.kind !== "context" || entry.status !== "ok" || text.value === undefined) continue;
    const part = parts.get(entry.part) ?? {
      part: entry.part,
      session: view.session.session,
      href: view.entryLink(entry.seq).href,
      columns: entry.columns,
      rows: [],
      more: 0,
    };
    parts.set(entry.part, part);
    for (const { text: line, hidden } of visibleLines(text.value)) {
      if (hidden !== undefined || line === "") continue;
      if (part.rows.length === ROWS) part.more++;
      else
        part.rows.push(
          line
            .split("\t")
            .slice(0, 12)
            .map((cell) => shortened(cell, CELL)),
        );
    }
  }
  return [...parts.values()];
}

/** Undefined when nothing is different, or when a list was too long to be told. */
export function compareParts(before: MachinePart, after: MachinePart): MachineChange | undefined {
  if (before.more > 0 || after.more > 0 || before.columns.join("\t") !== after.columns.join("\t")) return undefined;
  const steady = (row: readonly string[]) =>
    row.filter((_, i) => i > 0 && !RESTLESS_COLUMNS.has(after.columns[i] ?? "")).join(", ");
  const old = byName(before.rows);
  const now = byName(after.rows);
  const added: string[] = [];
  const removed: string[] = [];
  const changed: MachineChange["changed"] = [];
  for (const [name, row] of now) {
    const was = old.get(name);
    if (RESTLESS_ROWS.test(name)) continue;
    if (was === undefined) added.push([name, steady(row)].filter((text) => text !== "").join(", "));
    else if (steady(was) !== steady(row)) changed.push({ name, before: steady(was), after: steady(row) });
  }
  for (const [name, row] of old) if (!now.has(name)) removed.push([name, steady(row)].filter((text) => text !== "").join(", "));
  const all = added.length + removed.length + changed.length;
  if (all === 0) return undefined;
  const kept = { added: added.slice(0, EXAMPLES), removed: removed.slice(0, EXAMPLES), changed: changed.slice(0, EXAMPLES) };
  return {
    session: after.session,
    since: before.session,
    part: after.part,
    href: after.href,
    ...kept,
    more: all - kept.added.length - kept.removed.length - kept.changed.length,
  };
}

/** Rows by their first cell; where several have the same one, by as much more as tells them apart. */
function byName(rows: readonly string[][]): Map<string, string[]> {
  const count = new Map<string, number>();
  for (const [name = ""] of rows) count.set(name, (count.get(name) ?? 0) + 1);
  return new Map(rows.map((row) => [(count.get(row[0] ?? "") ?? 0) > 1 ? row.join(", ") : (row[0] ?? ""), row]));
}

function addReadings(readings: DiskReading[], part: MachinePart, view: SessionView): void {
  const column = (name: string) => part.columns.indexOf(name);
  const [mount, size, free] = [column("mount"), column("size"), column("free")];
  for (const row of part.rows) {
    const [total, left] = [Number(row[size]), Number(row[free])];
    if (readings.length >= READINGS || mount < 0 || !(total > 0) || !(left >= 0) || left > total) continue;
    readings.push({ at: view.session.opened, mount: row[mount] ?? "", size: total, free: left });
  }
}

function sizeOf({ rows }: MachinePart): number {
  return rows.reduce((sum, row) => sum + 16 + row.reduce((length, cell) => length + cell.length + 4, 0), 0);
}
