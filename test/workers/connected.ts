import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import { frameToWorker } from "../../src/http/contract/connect.ts";
import { bearer, unique } from "./call.ts";

/** A worker's end of a socket, as plain as can be. */
export class Connected {
  private readonly socket: WebSocket;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into frames with their own expectations
  private readonly frames: any[] = [];
  private wake = () => {};
  private id = 0;
  /** The last frame that was read. */
  seen = 0;
  closed: { code: number; reason: string } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(data === "pong" ? data : frameToWorker.parse(JSON.parse(String(data))));
      this.wake();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed = { code, reason };
      this.wake();
    });
    socket.accept();
  }

  raw(data: string | ArrayBuffer): void {
    this.socket.send(data);
  }

  say(frame: object): void {
    this.raw(JSON.stringify({ id: ++this.id, seen: this.seen, ...frame }));
  }

  /** The next frame; undefined when the socket was closed. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async next(): Promise<any> {
    while (this.frames.length === 0 && !this.closed) await this.news();
    const frame = this.frames.shift();
    this.seen = frame?.nr ?? this.seen;
    return frame;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  async ask(frame: object): Promise<any> {
    this.say(frame);
    return this.next();
  }

  async end(): Promise<{ code: number; reason: string }> {
    while (!this.closed) await this.news();
    return this.closed;
  }

  cut(): void {
    this.socket.close(1000, "cut");
  }

  private news(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}

export async function connecting(
  queue: string,
  query: object = {},
  authorization?: string,
): Promise<Response> {
  const headers = { upgrade: "websocket", authorization: authorization ?? (await bearer()) };
  const words = new URLSearchParams({ session: unique("s"), worker: "north", leaseSeconds: "60", ...query });
  return exports.default.fetch(`http://service/v1/queues/${queue}/connect?${words.toString()}`, { headers });
}

export async function connect(queue: string, query: object = {}, authorization?: string): Promise<Connected> {
  const response = await connecting(queue, query, authorization);
  expect(response.status).toBe(101);
  return new Connected(response.webSocket as WebSocket);
}
