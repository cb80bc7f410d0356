import { given } from "../src/core/given.ts";
import { POLL_MARGIN_MS, POLL_SECONDS_MAX, WORKERS_MAX, WORKER_LIVE_MS } from "../src/core/limits.ts";
import { QUEUE_AWAKE_MS } from "../src/core/socket-limits.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import type { MergePatch } from "../src/core/merge-patch.ts";
import type { QueueRpc, WorkRequest } from "../src/core/objects.ts";
import type { WorkersQuery } from "../src/core/worker-views.ts";
import type { QueueAttributes } from "../src/core/queue/attributes.ts";
import type {
  AcceptTasks,
  BeatTask,
  ChangeDead,
  ChangeLeases,
  DrainWorker,
  PauseQueue,
  QueueCommand,
  QueueEffect,
  QueueOutcome,
  SendMessages,
  Withdraw,
  Work,
} from "../src/core/queue/command.ts";
import type { DeadLettersQuery } from "../src/core/queue/dead-letters.ts";
import type { MessageTask } from "../src/core/queue/message.ts";
import { type Poller, Pollers } from "../src/core/queue/pollers.ts";
import { QueueMachine } from "../src/core/queue/queue-machine.ts";
import { SECOND_MS } from "../src/core/time.ts";
import { passOnBeats } from "../src/effects/pass-on-beats.ts";
import { QUEUE_EFFECTS } from "../src/effects/queue-effects.ts";
import type { Env } from "../src/env.ts";
import { readWorker, readWorkers } from "../src/queries/queue-workers.ts";
import { sawWorker } from "../src/metrics.ts";
import { readQueue, whereabouts } from "../src/queries/queue-view.ts";
import { ISOLATE } from "./isolate.ts";
import { MachineObject, type Ways } from "./machine-object.ts";
import { SqlQueueStore } from "./storage/sql-queue-store.ts";
import { Ticker } from "./ticker.ts";
import { WorkerSockets } from "./worker-sockets.ts";

type Delivery = Extract<QueueOutcome, { ok: true }>;
type OwnWays = Ways<QueueMachine, QueueCommand, QueueOutcome, QueueEffect>;

/** A queue for workers. One for each queue name. */
export class QueueObject
  extends MachineObject<QueueMachine, QueueCommand, QueueOutcome, QueueEffect>
  implements QueueRpc
{
  private readonly pollers: Pollers;
  private readonly sockets: WorkerSockets;

  constructor(context: DurableObjectState, env: Env) {
    const pollers = new Pollers();
    /** Runs while somebody waits and a hidden message will come back soon. */
    const ticker = new Ticker();
    super(context, env, {
      name: "QueueObject",
      effects: QUEUE_EFFECTS,
      machine: (database) => new QueueMachine(new SqlQueueStore(database), pollers, ISOLATE.cache),
      onCommit: (machine, submit) => {
        pollers.deliver();
        const at = pollers.size > 0 ? machine.nextVisibleAt() : undefined;
        // Later than any poll waits; a socket may sleep until an alarm rings.
        const isFar = at === undefined || at > Date.now() + QUEUE_AWAKE_MS;
        if (isFar) ticker.stop();
        else ticker.set(at, () => context.waitUntil(submit({ type: "tick" })));
      },
    });
    this.pollers = pollers;
    this.sockets = new WorkerSockets({
      context,
      env,
      pollers,
      exists: () => this.within(({ look }) => look((machine) => machine.exists)),
      isDraining: (worker) =>
        this.within(({ look }) => look((machine, now) => machine.registry.isDraining(worker, now))),
      work: (request, poller) => this.within((ways) => this.#turn(ways, request, poller)),
    });
    this.sockets.restore();
  }

  put(attributes: MergePatch<QueueAttributes>, only?: "create" | "change") {
    return this.submit({ type: "putQueue", attributes, ...(only && { only }) });
  }

  async get() {
    return this.read((machine, now) => readQueue(machine.read(now), this.pollers.size));
  }

  async boardTelling() {
    return this.read((machine, now) => machine.telling(now, this.ctx.id.name ?? "")?.telling);
  }

  inspect(query: InspectionQuery) {
    return this.inspectWith(query, (machine, now) => machine.inspect(now));
  }

  async peek(max: number) {
    return this.read((machine, now) => machine.peek(max, now));
  }

  remove() {
    return this.submit({ type: "deleteQueue" });
  }

  send(command: SendMessages) {
    return this.submit(command);
  }

  acceptTasks(command: AcceptTasks) {
    return this.submit(command);
  }

  work(request: WorkRequest): Promise<QueueOutcome> {
    return this.call((ways) => this.#turn(ways, request));
  }

  /** Of a socket the poller is given, and it waits by itself. */
  async #turn({ read, submit }: OwnWays, request: WorkRequest, lasting?: Poller): Promise<QueueOutcome> {
    const { receive, beats, ...rest } = request;
    const turn = {
      type: "work",
      ...rest,
      ...(beats && { beats: beats.map(({ receipt }) => receipt) }),
    } as const;
    this.sawWorker(request);
    const doTurn = async (more: Pick<Work, "receive"> = {}) => {
      const outcome = await submit({ ...turn, ...more });
      // The call may be held for long: executions are told meanwhile.
      if (beats && outcome.ok) this.ctx.waitUntil(passOnBeats(this.env, beats, outcome.beats ?? []));
      return outcome;
    };
    if (!receive) return doTurn();
    const { max, leaseSeconds, worker, whileDraining } = receive;
    const { id: session, key } = request.session ?? {};
    const wanted = { max, ...given({ leaseSeconds, worker, session, key, whileDraining }) };
    if (lasting) return doTurn({ receive: { ...wanted, poller: lasting } });
    const waitSeconds =
      receive.waitSeconds ?? read((machine, now) => machine.read(now).attributes.pollingWaitSeconds);
    if (waitSeconds <= 0) return doTurn({ receive: wanted });
    const { promise, resolve } = Promise.withResolvers<Pick<Delivery, "messages" | "stop">>();
    const poller: Poller = {
      ...wanted,
      deliver: (messages, stop) => resolve({ messages, stop }),
      dismiss: (at) => void setTimeout(() => resolve({ messages: [], stop: [] }), at - Date.now()),
    };
    const outcome = await doTurn({ receive: { ...wanted, poller } });
    if (!outcome.ok || outcome.messages) return outcome;
    const timer = setTimeout(
      () => this.pollers.remove(poller),
      Math.min(waitSeconds * SECOND_MS, POLL_SECONDS_MAX * SECOND_MS - POLL_MARGIN_MS),
    );
    const delivery = await promise;
    clearTimeout(timer);
    const { drain: _, ...before } = outcome;
    const drain = read((machine, now) => machine.registry.isDraining(worker, now)) || undefined;
    return { ...before, ...delivery, ...given({ drain }) };
  }

  /** For the metrics alone: what the API tells of workers the machine knows. */
  private sawWorker({ session, receive }: WorkRequest): void {
    const name = session?.worker ?? receive?.worker;
    const queue = this.ctx.id.name;
    if (queue === undefined || (session === undefined && name === undefined)) return;
    const until = session?.bye === true ? 0 : Date.now() + WORKER_LIVE_MS;
    sawWorker(queue, JSON.stringify([session?.id, name]), until, WORKERS_MAX);
  }

  /** A worker connects: `?session=`, `&key=` whose it is, `&worker=`, `&leaseSeconds=`. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const worker = searchParams.get("worker") ?? undefined;
    const seconds = searchParams.get("leaseSeconds");
    const leaseSeconds = seconds === null ? undefined : Number(seconds);
    const [accessKeyId, session] = [searchParams.get("key") ?? "", searchParams.get("session") ?? ""];
    return this.call(() => this.sockets.accept({ accessKeyId, session, ...given({ worker, leaseSeconds }) }));
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    this.heardMessage();
    return this.sockets.heard(socket, data);
  }

  override webSocketClose(socket: WebSocket): void {
    this.sockets.left(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.sockets.left(socket);
  }

  changeLeases(command: ChangeLeases) {
    return this.submit(command);
  }

  beatTask(command: BeatTask) {
    return this.submit(command);
  }

  withdraw(command: Withdraw) {
    return this.submit(command);
  }

  async deadLetters(query: DeadLettersQuery) {
    // Leases that ran out may have made some.
    await this.submit({ type: "tick" });
    return this.read((machine, now) => machine.deadLetters(query, now));
  }

  changeDead(command: ChangeDead) {
    return this.submit(command);
  }

  retryEffects() {
    return this.retryAll((machine) => machine.exists);
  }

  drainWorker(command: DrainWorker) {
    return this.submit(command);
  }

  pause(command: PauseQueue) {
    return this.submit(command);
  }

  resume() {
    return this.submit({ type: "resumeQueue" });
  }

  async workers(query: WorkersQuery) {
    return this.read((machine, now) => readWorkers(machine, this.pollers, query, now));
  }

  async depthBetween(from: number, to: number) {
    return this.read((machine, now) => machine.depthBetween(from, to, now));
  }

  async worker(name: string) {
    return this.read((machine, now) => readWorker(machine, this.pollers, name, now));
  }

  async whereabouts(tasks: readonly MessageTask[]) {
    return this.read((machine, now) => {
      const queue = machine.read(now);
      return tasks.map((task) =>
        whereabouts(queue, task, now, (worker) => machine.registry.lastSeenAt(worker)),
      );
    });
  }
}
