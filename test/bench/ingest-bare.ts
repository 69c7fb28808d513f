/**
 * The least that an object can do for the same messages: keep each event as a row, acknowledge. And the least that a search can do: look at
 * every row. What the Worker does is measured against this, on the same engine.
 */
export const BARE_WORKER = `
import { DurableObject } from "cloudflare:workers";
export class Bare extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, value TEXT NOT NULL)");
  }
  async fetch(request) {
    if (request.headers.get("upgrade") === null) {
      const found = this.ctx.storage.sql.exec("SELECT n FROM rows WHERE instr(lower(value), ?) ORDER BY n DESC", await request.text());
      return Response.json({ found: [...found].slice(0, 50).length });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(socket, data) {
    const { sql } = this.ctx.storage;
    const { events } = JSON.parse(data);
    this.ctx.storage.transactionSync(() => {
      for (const { n, ...event } of events) sql.exec("INSERT INTO rows VALUES (?, ?)", n, JSON.stringify(event));
    });
    socket.send(JSON.stringify({ type: "committed", entries: events.map(({ n }) => ({ n })) }));
  }
}
export default {
  fetch: (request, env) => env.BARE.getByName(new URL(request.url).pathname).fetch(request),
};
`;
