import { once } from "node:events";
import WebSocket from "ws";

interface Message {
  type: string;
  entries?: { n?: number }[];
}

/** A socket as quick as can be: what arrives is looked at no more than the acknowledgement needs. */
export interface Socket {
  send(data: string): void;
  /** The next message of this type; those before it are passed over. */
  next(type: string): Promise<Message>;
  /** Resolves when event `n` is acknowledged. */
  acknowledged(n: number): Promise<void>;
  close(): void;
}

export async function openSocket(url: string): Promise<Socket> {
  const socket = new WebSocket(url);
  const waiting: Message[] = [];
  let highest = -1;
  let wake = () => {};
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.type === "rejected") throw new Error(`expected events to be taken, got ${data.toString()}`);
    if (message.type === "committed") for (const { n } of message.entries ?? []) if (n !== undefined && n > highest) highest = n;
    if (message.type !== "committed") waiting.push(message);
    wake();
  });
  const woken = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
    });
  await once(socket, "open");
  return {
    send: (data) => socket.send(data),
    async next(type) {
      for (;;) {
        const found = waiting.findIndex((message) => message.type === type);
        if (found !== -1) return waiting.splice(0, found + 1)[found] as Message;
        await woken();
      }
    },
    async acknowledged(n) {
      while (highest < n) await woken();
    },
    close: () => socket.terminate(),
  };
}
