import { given } from "../src/core/given.ts";
import type { WorkOutcome, WorkRequest } from "../src/core/objects.ts";
import type { ReceivedMessage } from "../src/core/queue/message.ts";
import type { Poller, Pollers, Stop } from "../src/core/queue/pollers.ts";
import { NEW_SOCKET, type Socket, give, hear, isBehind, mayTake, tell } from "../src/core/queue/socket.ts";
import { type Rejection, messageOf, reject } from "../src/core/result.ts";
import { firstBytes } from "../src/core/text.ts";
import {
  SOCKET_BAD_FRAMES_MAX,
  SOCKET_FRAMES_AT_ONCE,
  SOCKET_FRAME_LENGTH,
  SOCKET_SILENT_MS,
  WORKER_SOCKETS_MAX,
} from "../src/core/socket-limits.ts";
import type { Env } from "../src/env.ts";
import { log } from "../src/log.ts";
import {
  type Connected,
  type ToldFrame,
  handTo,
  mayStay,
  readFrame,
  takeFrameTurn,
  wishesOf,
} from "../src/turns/frames.ts";
import { sessionOf } from "../src/turns/said.ts";

/** What lies beside a socket while its object sleeps. */
interface Attached extends Connected {
  readonly socket: Socket;
  /** When it last said something; pings the platform knows of. */
  readonly heardAt: number;
}

/** What memory knows of a socket. */
interface Known {
  /** Its place in the line, while it waits. */
  poller: Poller | undefined;
  /** One thing at a time happens over a socket. */
  turn: Promise<void>;
  inHand: number;
  bad: number;
}

interface Deps {
  readonly context: DurableObjectState;
  readonly env: Env;
  readonly pollers: Pollers;
  readonly exists: () => boolean;
  readonly isDraining: (worker: string | undefined) => boolean;
  /** One turn at this queue; who gets nothing now waits in the line. */
  readonly work: (request: WorkRequest, poller?: Poller) => Promise<WorkOutcome>;
}

/** Codes that sockets are closed with; `src/worker/README.md` says what a worker does then. */
const CLOSED = {
  badFrames: 4400,
  keyIsNoGood: 4401,
  mayNot: 4403,
  queueIsGone: 4404,
  doesNotRead: 4408,
  connectedAgain: 4409,
  doesNotWait: 4429,
  left: 1000,
  tooLarge: 1009,
  broken: 1011,
} as const;

const SILENT = "nothing was heard of it for long";
/** The platform takes no more. */
const CLOSE_REASON_BYTES = 123;

/** Workers that are connected to a queue. What a frame asks for is a turn as any; who waits stands in the queue's line. */
export class WorkerSockets {
  private readonly deps: Deps;
  private readonly known = new WeakMap<WebSocket, Known>();

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /** After the object slept: who waited has his place in the line again. */
  restore(): void {
    for (const socket of this.all()) {
      const poller = this.newPoller(socket);
      this.of(socket).poller = poller;
      this.deps.pollers.restore(poller, Date.now());
    }
  }

  /** Answers with the socket. Rejections, as JSON: QueueNotExist, TooManySockets. */
  accept(by: Connected): Response {
    const { context, exists } = this.deps;
    if (!exists()) return Response.json(reject("QueueNotExist", ""), { status: 404 });
    for (const old of context.getWebSockets(by.session))
      if (attachedTo(old).accessKeyId === by.accessKeyId)
        this.close(old, "connectedAgain", "the session is connected again");
    if (this.all().length >= WORKER_SOCKETS_MAX) this.closeSilent();
    if (this.all().length >= WORKER_SOCKETS_MAX) {
      const detail = `${WORKER_SOCKETS_MAX} workers are connected to this queue already: use \`work\`, or run fewer`;
      return Response.json(reject("TooManySockets", detail), { status: 429 });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    context.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    context.acceptWebSocket(server, [by.session]);
    attach(server, { ...by, socket: NEW_SOCKET, heardAt: Date.now() });
    return new Response(null, { status: 101, webSocket: client });
  }

  /** A frame came. Resolves when it was answered. */
  async heard(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const known = this.of(socket);
    if (lengthOf(data) > SOCKET_FRAME_LENGTH)
      return this.close(socket, "tooLarge", `a frame has at most ${SOCKET_FRAME_LENGTH} characters`);
    if (known.inHand >= SOCKET_FRAMES_AT_ONCE)
      return this.close(socket, "doesNotWait", `${SOCKET_FRAMES_AT_ONCE} frames wait for their answers`);
    known.inHand++;
    await this.next(socket, () => this.answer(socket, data));
    known.inHand--;
  }

  /** It is closed, by whomever: what was handed out comes back with its lease, or when the session connects again. */
  left(socket: WebSocket): void {
    // Its worker waits for an answer to its goodbye.
    this.close(socket, "left", "");
  }

  private all(): WebSocket[] {
    return this.deps.context.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  private of(socket: WebSocket): Known {
    const known = this.known.get(socket) ?? {
      poller: undefined,
      turn: Promise.resolve(),
      inHand: 0,
      bad: 0,
    };
    this.known.set(socket, known);
    return known;
  }

  /** After all that happens over a socket already. A defect ends it: its worker connects again, and says what it holds. */
  private next(socket: WebSocket, happens: () => Promise<void>): Promise<void> {
    const known = this.of(socket);
    known.turn = known.turn.then(happens).catch((error: unknown) => {
      log({ event: "requestFailed", object: this.queue, message: messageOf(error) });
      this.close(socket, "broken", "something is wrong with the service: connect again");
    });
    return known.turn;
  }

  private get queue(): string {
    return this.deps.context.id.name ?? "";
  }

  private async answer(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    if (socket.readyState !== WebSocket.OPEN || !(await this.mayStay(socket))) return;
    const read = readFrame(data);
    if (!read.ok) return this.complain(socket, read);
    const { frame } = read;
    const before = attachedTo(socket);
    const heard = hear(before.socket, wishesOf(frame));
    if (!heard.ok) return this.complain(socket, heard, frame.id);
    attach(socket, { ...before, socket: heard.socket, heardAt: Date.now() });
    if (isBehind(heard.socket)) return this.close(socket, "doesNotRead", "answers are not read");
    if (frame.id === undefined) return this.takeMore(socket);
    const ask = (request: WorkRequest) => this.turn(socket, request);
    const receive = heard.socket.saidBye ? undefined : this.wanted(socket);
    const done = await takeFrameTurn(this.deps.env, this.queue, before, frame, ask, receive);
    if (!done.ok) return this.end(socket, done);
    this.tell(socket, { id: frame.id, ...done.answer });
    return this.takeMore(socket);
  }

  /** What it may take, it gets: now, or as it comes. */
  private async takeMore(socket: WebSocket): Promise<void> {
    while (socket.readyState === WebSocket.OPEN && !this.of(socket).poller) {
      const by = attachedTo(socket);
      if (by.socket.saidBye) return;
      const session = sessionOf(by, by);
      const request = { remove: [], removeDone: [], ...given({ session }), receive: this.wanted(socket) };
      const outcome = await this.turn(socket, request);
      if (!outcome.ok) return this.end(socket, outcome);
      if (outcome.messages) await this.handOver(socket, outcome.messages, outcome.stop ?? []);
    }
  }

  private wanted(socket: WebSocket): NonNullable<WorkRequest["receive"]> {
    const { worker, leaseSeconds, socket: state } = attachedTo(socket);
    return { max: mayTake(state), ...given({ worker, leaseSeconds }) };
  }

  /** One turn at the queue. What it gives is the socket's; who gets nothing waits from then on. */
  private async turn(socket: WebSocket, request: WorkRequest): Promise<WorkOutcome> {
    const known = this.of(socket);
    this.leaveLine(known);
    const poller = this.newPoller(socket);
    known.poller = poller;
    const outcome = await this.deps.work(request, poller).catch((error: unknown) => {
      this.leaveLine(known);
      throw error;
    });
    const isWaiting = outcome.ok && request.receive !== undefined && outcome.messages === undefined;
    if (!isWaiting && known.poller === poller) known.poller = undefined;
    if (outcome.ok) this.take(socket, outcome.messages ?? []);
    return outcome;
  }

  private newPoller(socket: WebSocket): Poller {
    const { session, worker, leaseSeconds, accessKeyId, socket: state } = attachedTo(socket);
    const { key } = sessionOf({ accessKeyId }, { session }) ?? {};
    const poller: Poller = {
      isSocket: true,
      max: mayTake(state),
      session,
      ...given({ worker, leaseSeconds, key }),
      deliver: (messages, stop) => {
        const known = this.of(socket);
        if (known.poller === poller) known.poller = undefined;
        // At once: what comes meanwhile must not give these places away a second time.
        this.take(socket, messages);
        this.deps.context.waitUntil(
          this.next(socket, async () => {
            await this.handOver(socket, messages, stop);
            await this.takeMore(socket);
          }),
        );
      },
      // A call of the same session waits in its place, until this socket says something again.
      dismiss: () => {
        const known = this.of(socket);
        if (known.poller === poller) known.poller = undefined;
      },
    };
    return poller;
  }

  private take(socket: WebSocket, messages: readonly ReceivedMessage[]): void {
    if (messages.length === 0) return;
    const attached = attachedTo(socket);
    attach(socket, { ...attached, socket: give(attached.socket, messages.length) });
  }

  /** Gives messages to who is still there, and may have them; else they go back. */
  private async handOver(
    socket: WebSocket,
    messages: readonly ReceivedMessage[],
    stop: readonly Stop[],
  ): Promise<void> {
    const handed = (await this.isThere(socket)) && (await handTo(this.deps.env, messages));
    if (!handed || !handed.ok) return this.giveBack(messages);
    const drain = this.deps.isDraining(attachedTo(socket).worker) || undefined;
    this.tell(socket, { messages: handed.messages, ...(stop.length > 0 && { stop }), ...given({ drain }) });
  }

  private async giveBack(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const release = messages.map(({ receipt }) => ({ receipt }));
    await this.deps.work({ remove: [], removeDone: [], release });
  }

  private async isThere(socket: WebSocket): Promise<boolean> {
    if (this.isSilent(socket)) this.close(socket, "doesNotRead", SILENT);
    return this.mayStay(socket);
  }

  private async mayStay(socket: WebSocket): Promise<boolean> {
    if (socket.readyState !== WebSocket.OPEN) return false;
    const may = await mayStay(this.deps.env, this.queue, attachedTo(socket));
    if (may.ok) return true;
    this.close(socket, may.code === "Forbidden" ? "mayNot" : "keyIsNoGood", may.detail);
    return false;
  }

  private isSilent(socket: WebSocket): boolean {
    const pinged = this.deps.context.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(attachedTo(socket).heardAt, pinged) < Date.now() - SOCKET_SILENT_MS;
  }

  private closeSilent(): void {
    for (const socket of this.all()) if (this.isSilent(socket)) this.close(socket, "doesNotRead", SILENT);
  }

  private tell(socket: WebSocket, told: ToldFrame): void {
    const attached = attachedTo(socket);
    const state = tell(attached.socket);
    attach(socket, { ...attached, socket: state });
    try {
      socket.send(JSON.stringify({ nr: state.told, ...told }));
    } catch {
      // It was closed a moment ago: what it did not get comes back as that of any worker that is cut off.
    }
  }

  /** A frame that cannot be taken is told so; a program that sends on and on what cannot be read is not listened to. */
  private complain(socket: WebSocket, { code, detail }: Rejection, id?: number): void {
    const known = this.of(socket);
    this.tell(socket, { ...given({ id }), error: { code, detail } });
    if (++known.bad >= SOCKET_BAD_FRAMES_MAX)
      this.close(socket, "badFrames", `${SOCKET_BAD_FRAMES_MAX} frames could not be read`);
  }

  private end(socket: WebSocket, { code, detail }: Rejection): void {
    this.close(socket, code === "QueueNotExist" ? "queueIsGone" : "broken", detail);
  }

  private close(socket: WebSocket, why: keyof typeof CLOSED, reason: string): void {
    this.leaveLine(this.of(socket));
    try {
      socket.close(CLOSED[why], firstBytes(reason, CLOSE_REASON_BYTES));
    } catch {
      // It is closed already.
    }
  }

  private leaveLine(known: Known): void {
    if (known.poller) this.deps.pollers.leave(known.poller);
    known.poller = undefined;
  }
}

function lengthOf(data: string | ArrayBuffer): number {
  return typeof data === "string" ? data.length : data.byteLength;
}

function attach(socket: WebSocket, attached: Attached): void {
  socket.serializeAttachment(attached);
}

function attachedTo(socket: WebSocket): Attached {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `accept` attached it
  return socket.deserializeAttachment() as Attached;
}
