import type { Port, Task } from "./protocol.ts";

/** A compiled program: a function over the port by which it talks. Its text is what a worker is made of. */
export type Program = (programPort: Port) => void;

/** A program that runs. */
export interface Running {
  port: Port;
  /** Ends it, in the middle of whatever it does if it can be ended. */
  stop(): void;
}

/**
 * Starts a program in a worker made of its own text, since a page on a disk can load no worker from a file.
 * @param failed called when the worker can't be had after all, or dies.
 * @returns undefined where there are no workers.
 */
export function startWorker(program: Program, failed: () => void): Running | undefined {
  if (typeof Worker === "undefined") return undefined;
  const address = URL.createObjectURL(new Blob([`(${program})(self)`], { type: "text/javascript" }));
  try {
    const worker = new Worker(address);
    worker.onerror = (event) => {
      event.preventDefault();
      failed();
    };
    return {
      port: worker,
      stop() {
        worker.terminate();
        URL.revokeObjectURL(address);
      },
    };
  } catch {
    URL.revokeObjectURL(address);
    return undefined;
  }
}

/** Starts a program in the page itself. It can't be stopped in the middle of a step. */
export function startHere(program: Program): Running {
  const { port1, port2 } = new MessageChannel();
  program(port2);
  return {
    port: port1,
    stop() {
      port1.onmessage = null;
      port1.close();
    },
  };
}

export function give(running: Running, task: Task, transfer: Transferable[] = []): void {
  running.port.postMessage(task, transfer);
}
