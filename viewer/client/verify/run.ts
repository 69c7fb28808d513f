import { lendDigest } from "./digest-port.ts";
import type { Given, News, Source, StampsAnswer } from "./protocol.ts";
import type { ReportView } from "./report-view.ts";
import { give, type Program, type Running, startHere, startWorker } from "./start.ts";

/** The compiled programs. `stamps` is asked for when it is needed; undefined when it can't be had. */
export interface Programs {
  verify: Program;
  stamps(): Promise<Program | undefined>;
}

/** How a verification ended: with a report, or without since it can't be read as a package. */
export type Outcome = { report: ReportView } | { unreadable: string | undefined };

export interface Run {
  outcome: Promise<Outcome>;
  /** Stops everything; `outcome` then never comes. */
  cancel(): void;
}

/** More helps little: the disk and the browser's own process are shared by all. */
const MOST_WORKERS = 8;

/**
 * Verifies a package by a lead and a crew of workers, one a core; by the page itself where workers can't be had. The main thread
 * reads nothing of the package.
 */
export function runVerify(
  programs: Programs,
  source: Source,
  given: Given,
  onProgress: (read: number, total: number) => void,
): Run {
  let running: Running[] = [];
  let over = false;
  const stop = () => {
    for (const one of running) one.stop();
    running = [];
  };
  const outcome = new Promise<Outcome>((resolve) => {
    const end = (outcome: Outcome) => {
      if (over) return;
      over = true;
      stop();
      resolve(outcome);
    };
    const begin = (workers: boolean) => {
      let heard = false;
      // A policy may forbid workers without a word until the first one fails: then the page does it. One that dies later is no verdict.
      const failed = () => {
        if (over) return;
        stop();
        if (heard) end({ unreadable: "this browser stopped in the middle; it may be short of memory" });
        else begin(false);
      };
      const leader = workers ? startWorker(programs.verify, failed) : startHere(programs.verify);
      if (leader === undefined) return begin(false);
      running.push(leader);
      const crew: MessagePort[] = [];
      for (let i = 0; workers && i < Math.min(navigator.hardwareConcurrency || 2, MOST_WORKERS); i++) {
        const member = startWorker(programs.verify, failed);
        if (member === undefined) break;
        running.push(member);
        const { port1, port2 } = new MessageChannel();
        const digest = lendDigest();
        give(member, { task: "crew", port: port1, digest }, [port1, ...(digest === undefined ? [] : [digest])]);
        crew.push(port2);
      }
      leader.port.onmessage = ({ data }: MessageEvent<News>) => {
        heard = true;
        if (over) return;
        if ("read" in data) onProgress(data.read, data.total);
        else if ("wants" in data) void provideStamps(leader);
        else end(data);
      };
      const digest = lendDigest();
      give(leader, { task: "lead", source, given, crew, digest }, [...crew, ...(digest === undefined ? [] : [digest])]);
    };
    const provideStamps = async (leader: Running) => {
      const program = await programs.stamps();
      // In the page: a worker of a page without an origin, as on a disk or behind a link, has no WebCrypto.
      const checker = program && startHere(program);
      const { port1, port2 } = new MessageChannel();
      if (checker !== undefined) {
        running.push(checker);
        give(checker, { task: "stamps", port: port1 }, [port1]);
      }
      const answer: StampsAnswer = { stamps: checker && port2 };
      leader.port.postMessage(answer, checker === undefined ? [] : [port2]);
    };
    begin(true);
  });
  return {
    outcome,
    cancel() {
      over = true;
      stop();
    },
  };
}
