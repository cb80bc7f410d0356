/** What a runner says over one socket, and is told: its calls become frames, and what comes by itself goes to who waits. */
import { isJsonObject, readJson, toJson } from "./json.ts";
import {
  CONFIRM_MS,
  CREDITS_MAX,
  FRAME_ANSWER_MS,
  FRAME_LENGTH,
  HERE_MS,
  PING_MS,
  PONG_MS,
  UNCONFIRMED_MAX,
} from "./limits.ts";
import type { FrameToWorker, Outcome, WorkAnswer, WorkRequest } from "./wire.ts";

export interface SocketEnds {
  /** Told with the first frame: all that the runner has. */
  readonly holds: readonly string[] | undefined;
  /** Something came by itself, and no call waits for it. */
  pushed(answer: WorkAnswer): void;
  closed(): void;
}

type Settle = (frame: FrameToWorker | undefined) => void;

const NOTHING: WorkAnswer = { verdicts: [], messages: [] };

export class WorkerSocket {
  private readonly socket: WebSocket;
  private readonly ends: SocketEnds;
  private readonly answers = new Map<number, Settle>();
  private readonly waiting = new Set<(answer: WorkAnswer | undefined) => void>();
  private readonly clock: NodeJS.Timeout;
  private holds: readonly string[] | undefined;
  private id = 0;
  /** The last frame that came, and the last that was confirmed. */
  private seen = 0;
  private confirmed = 0;
  private confirming: NodeJS.Timeout | undefined;
  /** Messages that the service may still give, and those that the calls that are out want. */
  private granted = 0;
  private wanted = 0;
  private isDrained = false;
  private heardAt = performance.now();
  private saidAt = performance.now();
  private isOver = false;

  /** Takes a socket that is open. */
  constructor(socket: WebSocket, ends: SocketEnds) {
    this.socket = socket;
    this.ends = ends;
    this.holds = ends.holds;
    this.clock = setInterval(() => this.look(), PONG_MS);
    socket.addEventListener("message", ({ data }) => this.hear(String(data)));
    socket.addEventListener("close", () => this.end());
    socket.addEventListener("error", () => this.end());
  }

  /** As a call; undefined when it must go another way: the socket is gone, or does not take as much at once. */
  async work(
    { max = 0, waitSeconds = 0, leaseSeconds: _, worker: __, session: ___, ...said }: Partial<WorkRequest>,
    signal?: AbortSignal,
  ): Promise<Outcome<WorkAnswer> | undefined> {
    this.wanted += max;
    try {
      const take = Math.max(Math.min(this.wanted, CREDITS_MAX) - this.granted, 0);
      const parts = Object.entries(said).filter(([, part]) => !Array.isArray(part) || part.length > 0);
      if (parts.length > 0 || take > 0) return await this.ask(Object.fromEntries(parts), take);
      const answer = await this.wait(waitSeconds * 1000, signal);
      const isSilent = answer === NOTHING && (this.isDrained || performance.now() - this.saidAt > HERE_MS);
      // Nobody tells that a drain of so long is over.
      if (isSilent && waitSeconds > 0) return await this.ask({}, 0);
      return answer && { kind: "answer", answer: { ...answer, ...(this.isDrained && { drain: true }) } };
    } finally {
      this.wanted -= max;
    }
  }

  close(): void {
    this.socket.close(1000, "done");
    this.end();
  }

  private async ask(said: Partial<WorkRequest>, take: number): Promise<Outcome<WorkAnswer> | undefined> {
    if (this.isOver) return undefined;
    const id = this.id + 1;
    const { holds } = this;
    const text = toJson({ id, seen: this.seen, ...said, take, ...(holds && { holds }) });
    if (text.length > FRAME_LENGTH) return undefined;
    this.id = id;
    this.holds = undefined;
    this.granted += take;
    this.say(text);
    const frame = await this.answered(id);
    if (said.bye === true) this.wake(NOTHING);
    if (!frame?.error) return frame && { kind: "answer", answer: answerOf(frame) };
    return { kind: "refused", status: 400, ...frame.error };
  }

  private answered(id: number): Promise<FrameToWorker | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.close(), FRAME_ANSWER_MS);
      this.answers.set(id, (frame) => {
        clearTimeout(timer);
        this.answers.delete(id);
        resolve(frame);
      });
    });
  }

  /** What comes by itself within this time; undefined when the socket is gone. */
  private wait(ms: number, signal?: AbortSignal): Promise<WorkAnswer | undefined> {
    if (this.isOver) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (answer: WorkAnswer | undefined) => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        resolve(answer);
      };
      const timer = setTimeout(() => settle(NOTHING), ms);
      signal?.addEventListener("abort", () => settle(NOTHING), { once: true });
      this.waiting.add(settle);
    });
  }

  private hear(text: string): void {
    this.heardAt = performance.now();
    const frame = readJson(text);
    if (!isFrame(frame)) return;
    this.seen = frame.nr;
    this.granted -= frame.messages?.length ?? 0;
    if (!frame.error) this.isDrained = frame.drain === true;
    const settle = frame.id === undefined ? undefined : this.answers.get(frame.id);
    if (settle) settle(frame);
    else if (!frame.error) this.push(answerOf(frame));
    if (this.seen - this.confirmed >= UNCONFIRMED_MAX)
      this.confirming ??= setTimeout(() => this.confirm(), CONFIRM_MS);
  }

  private push(answer: WorkAnswer): void {
    const [first] = this.waiting;
    if (first) first(answer);
    else this.ends.pushed(answer);
  }

  private wake(answer: WorkAnswer | undefined): void {
    for (const settle of this.waiting) settle(answer);
  }

  private confirm(): void {
    this.confirming = undefined;
    if (!this.isOver && this.seen - this.confirmed >= UNCONFIRMED_MAX) this.say(toJson({ seen: this.seen }));
  }

  private say(text: string): void {
    this.confirmed = this.seen;
    this.saidAt = performance.now();
    this.socket.send(text);
  }

  /** A way that was cut tells nobody: only what is answered lives. */
  private look(): void {
    const silentMs = performance.now() - this.heardAt;
    if (silentMs > PING_MS + PONG_MS) this.close();
    else if (silentMs >= PING_MS) this.socket.send("ping");
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    clearInterval(this.clock);
    clearTimeout(this.confirming);
    for (const settle of this.answers.values()) settle(undefined);
    this.wake(undefined);
    this.ends.closed();
  }
}

function isFrame(value: unknown): value is FrameToWorker {
  return isJsonObject(value) && typeof value.nr === "number";
}

function answerOf({ nr: _, id: __, error: ___, ...told }: FrameToWorker): WorkAnswer {
  return { ...NOTHING, ...told };
}
