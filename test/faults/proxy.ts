import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** The network between an agent and the server: a TCP proxy that can be cut, or lose what the server says. */
export class Network {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<[Socket, Socket]>();
  #isCut = false;
  #isDeaf = false;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((near) => this.#accept(near));
  }

  /** @param target port that it leads to. */
  static async open(target: number): Promise<Network> {
    const network = new Network(target);
    await new Promise<void>((resolve) => network.#server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends all connections; new ones are refused until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    this.#drop();
  }

  /** From now on nothing that the server says arrives; what the agent says does. */
  loseAnswers(): void {
    this.#isDeaf = true;
  }

  /** New connections work again; those that lost something are ended. */
  mend(): void {
    this.#isCut = false;
    if (this.#isDeaf) this.#drop();
    this.#isDeaf = false;
  }

  async close(): Promise<void> {
    this.#drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(near: Socket): void {
    if (this.#isCut) return void near.destroy();
    const far = connect(this.#target, "127.0.0.1");
    const pair: [Socket, Socket] = [near, far];
    this.#pairs.add(pair);
    near.on("data", (data) => far.write(data));
    far.on("data", (data) => {
      if (!this.#isDeaf) near.write(data);
    });
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        this.#pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
    }
  }

  #drop(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }
}
