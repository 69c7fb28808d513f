/** What the server tells those who look on; the texts in it are recorded ones and may hold anything. */
export type LiveNotice =
  | { type: "entries" }
  | { type: "state" }
  | { type: "waiting"; request: string; since: string; sign?: "terminal" | "pipe" | "question" };

export interface Listener {
  /** Where to connect, asked for each time. */
  address(): string;
  onMessage(message: LiveNotice): void;
  onLost(): void;
  /** After a loss. Rejects when the server still can't be reached. */
  onBack(): Promise<void>;
}

/** Milliseconds between pings, which the server answers without being woken; and without any word after which a connection is dead. */
const PING = 20_000;
const DEAD = 50_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** Keeps a socket open for as long as the page is there. */
export function connect(listener: Listener): void {
  let wait = FIRST_WAIT;
  let isLost = false;
  const open = (): void => {
    const address = new URL(listener.address(), location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    let heard = Date.now();
    const pinging = setInterval(() => {
      // A machine that slept, or a network that changed, leaves a socket that only looks open.
      if (Date.now() - heard > DEAD) socket.close();
      else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
    }, PING);
    const hangUp = () => socket.close();
    addEventListener("offline", hangUp, { once: true });
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (!isLost) return;
      listener.onBack().then(
        () => {
          isLost = false;
        },
        () => socket.close(),
      );
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      heard = Date.now();
      if (event.data !== "pong") listener.onMessage(JSON.parse(event.data) as LiveNotice);
    });
    socket.addEventListener("close", () => {
      clearInterval(pinging);
      removeEventListener("offline", hangUp);
      isLost = true;
      listener.onLost();
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };
  open();
}
