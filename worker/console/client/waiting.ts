import type { LiveNotice } from "./live-socket.ts";

type Waiting = LiveNotice & { type: "waiting" };

/** Running commands that wait for input, by their requests. */
const waiting = new Map<string, Waiting>();

const SIGN: Record<NonNullable<Waiting["sign"]>, string> = {
  terminal: "waits for something to be typed",
  pipe: "waits for input",
  question: "seems to have asked something and to wait for an answer",
};

/** Takes in a notice, if there is one, and says which of the commands that are shown as running wait for input. */
export function showWaiting(notice?: Waiting): void {
  if (notice !== undefined) {
    if (notice.sign === undefined) waiting.delete(notice.request);
    else waiting.set(notice.request, notice);
  }
  const place = document.querySelector("#live-waiting");
  if (place === null) return;
  const shown: HTMLElement[] = [];
  for (const [request, { since, sign = "pipe" }] of waiting) {
    const command = document.querySelector(`[data-request="${CSS.escape(request)}"] code`)?.textContent;
    if (command === undefined || command === null) {
      // It has ended.
      if (notice === undefined) waiting.delete(request);
      continue;
    }
    const line = document.createElement("p");
    line.className = "caution";
    const code = document.createElement("code");
    code.textContent = command;
    line.append(
      code,
      ` ${SIGN[sign]} since ${since.slice(11, 19)} UTC. Commands get no input: cancel it, and run it so that it asks nothing.`,
    );
    shown.push(line);
  }
  place.replaceChildren(...shown);
}
