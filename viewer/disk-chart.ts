import { escapeHtml } from "./html/escape.ts";
import { byteSize, day } from "./html/format.ts";
import { visibleText } from "./html/visible.ts";
import type { DiskReading } from "./survey/rows.ts";

const WIDTH = 420;
const HEIGHT = 96;
const LEFT = 38;
const BOTTOM = 16;

/** One disk over time. */
export interface DiskHistory {
  mount: string;
  first: DiskReading;
  last: DiskReading;
  /** How much of it was free, as SVG; undefined with fewer than two readings. */
  svg: string | undefined;
}

/** Every disk of a machine, in the order in which they first came up. */
export function diskHistories(readings: readonly DiskReading[]): DiskHistory[] {
  const mounts = [...new Set(readings.map(({ mount }) => mount))];
  return mounts.flatMap((mount) => {
    const own = readings.filter((one) => one.mount === mount).sort((a, b) => (a.at < b.at ? -1 : 1));
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [{ mount, first, last, svg: own.length < 2 || first.at === last.at ? undefined : chart(own, first, last) }];
  });
}

function chart(readings: readonly DiskReading[], first: DiskReading, last: DiskReading): string {
  const [from, to] = [Date.parse(first.at), Date.parse(last.at)];
  const x = (at: string) => round(LEFT + 6 + ((Date.parse(at) - from) / (to - from)) * (WIDTH - LEFT - 14));
  const y = ({ free, size }: DiskReading) => round(6 + (1 - free / size) * (HEIGHT - BOTTOM - 12));
  const points = readings.map((one) => `${x(one.at)} ${y(one)}`);
  const marks = readings.map(
    (one) =>
      `<circle${one.free / one.size < 0.1 ? ' class="low"' : ""} cx="${x(one.at)}" cy="${y(one)}" r="3"><title>${day(one.at)}: ${byteSize(one.free)} free</title></circle>`,
  );
  const scale = [0, 50, 100].map((percent) => {
    const at = y({ ...first, size: 100, free: percent });
    return `<line class="row" x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}"/><text x="${LEFT - 6}" y="${at + 4}" class="name">${percent}%</text>`;
  });
  const label = `Free space of ${first.mount}: ${byteSize(first.free)} on ${day(first.at)}, ${byteSize(last.free)} on ${day(last.at)}`;
  return (
    `<svg class="chart disk" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(visibleText(label))}">${scale.join("")}` +
    `<path class="line" d="M${points.join("L")}"/>${marks.join("")}` +
    `<text class="tick" x="${LEFT + 2}" y="${HEIGHT - 2}">${day(first.at)}</text>` +
    `<text class="tick end" x="${WIDTH - 4}" y="${HEIGHT - 2}">${day(last.at)}</text></svg>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
