import { signal } from "@preact/signals";
import { type Snapshot, applyDelta, readSnapshot } from "../model/snapshot.ts";
import { isOver, stateOfStatus } from "../model/states.ts";
import { read } from "./client.ts";
import type { LiveMessage, SnapshotAnswer } from "./types.ts";

/** How the page learns of what happens: by the socket, by asking, or not at all. */
export type LinkState = "live" | "polled" | "reconnecting" | "hidden" | "ended";

export interface Watched {
  readonly snapshot?: Snapshot;
  readonly error?: unknown;
  readonly link: LinkState;
}

const RETRY_FROM_MS = 1000;
const RETRY_TO_MS = 30_000;
const POLL_MS = 5000;
/** After so many failures in a row it is asked for instead. */
const FAILURES_BEFORE_POLLING = 3;
/** A tab that is hidden for longer gives its socket back. */
const HIDDEN_MS = 60_000;
const ENDED = 1000;

/** An execution as it goes on, from its snapshot by deltas; `base` is its address. */
export class LiveExecution {
  readonly state = signal<Watched>({ link: "reconnecting" });
  private readonly base: string;
  private socket: WebSocket | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  /** It is to go on again, more often than so. */
  private redrives: number | undefined;
  private isOpen = false;

  constructor(base: string) {
    this.base = base;
  }

  begin(): () => void {
    this.isOpen = true;
    document.addEventListener("visibilitychange", this.visibilityChanged);
    void this.refresh();
    return () => {
      this.isOpen = false;
      document.removeEventListener("visibilitychange", this.visibilityChanged);
      this.disconnect();
    };
  }

  readonly reload = (): void => void this.refresh();

  /** It was told to go on: what comes of its last end may have to be done before. */
  readonly goesOn = (): void => {
    this.redrives = this.state.peek().snapshot?.head.redrives ?? 0;
    void this.refresh();
  };

  /** Reads the snapshot, and goes on from there. */
  private async refresh(): Promise<void> {
    try {
      const answer = await read<SnapshotAnswer>(`${this.base}/snapshot`);
      if (!answer || !this.isOpen) return;
      const snapshot = readSnapshot(answer.data);
      this.state.value = { snapshot, link: this.isSocketOpen() ? "live" : this.state.peek().link };
    } catch (error) {
      if (!this.isOpen) return;
      this.state.value = { ...this.state.peek(), error };
    }
    this.goOn();
  }

  private goOn(): void {
    const { snapshot } = this.state.peek();
    if (!this.isOpen) return;
    if (snapshot && this.isToGoOn(snapshot)) this.tryLater();
    else if (snapshot && isOver(stateOfStatus(snapshot.head.status))) {
      this.disconnect();
      this.say("ended");
    } else if (snapshot && !this.socket && !document.hidden) this.connect(snapshot.seq);
    else if (!snapshot) this.tryLater();
  }

  /** What ended otherwise than well may have gone on in the meantime. */
  private isForGood(): boolean {
    const { link, snapshot } = this.state.peek();
    return link === "ended" && snapshot?.head.status === "Succeeded";
  }

  private isToGoOn({ head: { redrives = 0 } }: Snapshot): boolean {
    return this.redrives !== undefined && redrives <= this.redrives;
  }

  private connect(since: number): void {
    const url = new URL(`${this.base}/live?since=${since}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.failures = 0;
      this.say("live");
    });
    socket.addEventListener("message", ({ data }) => this.take(String(data)));
    socket.addEventListener("close", ({ code }) => this.closed(socket, code));
  }

  private take(text: string): void {
    if (text === "pong") return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service keeps its shapes
    const message = JSON.parse(text) as LiveMessage;
    const { snapshot } = this.state.peek();
    if (message.type === "resync" || !snapshot) return void this.refresh();
    const next = applyDelta(snapshot, message);
    if (next === "gap") return void this.refresh();
    this.state.value = { snapshot: next, link: "live" };
  }

  private closed(socket: WebSocket, code: number): void {
    if (socket !== this.socket) return;
    this.socket = undefined;
    if (code === ENDED) return void this.refresh();
    this.failures += 1;
    this.tryLater();
  }

  private tryLater(): void {
    if (!this.isOpen || document.hidden) return;
    const isPolling = this.failures >= FAILURES_BEFORE_POLLING;
    this.say(isPolling ? "polled" : "reconnecting");
    clearTimeout(this.retry);
    const spread = Math.min(RETRY_TO_MS, RETRY_FROM_MS * 2 ** this.failures);
    const ms = isPolling ? POLL_MS : RETRY_FROM_MS + Math.random() * spread;
    this.retry = setTimeout(() => void this.refresh(), ms);
  }

  private readonly visibilityChanged = (): void => {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        this.disconnect();
        if (this.state.peek().link !== "ended") this.say("hidden");
      }, HIDDEN_MS);
    } else if (!this.socket && !this.isForGood()) void this.refresh();
  };

  private disconnect(): void {
    const socket = this.socket;
    this.socket = undefined;
    clearTimeout(this.retry);
    clearTimeout(this.hiding);
    socket?.close();
  }

  private isSocketOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private say(link: LinkState): void {
    this.state.value = { ...this.state.peek(), link };
  }
}
