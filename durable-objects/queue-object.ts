import { given } from "../src/core/given.ts";
import { QUEUE_AWAKE_MS } from "../src/core/socket-limits.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import type { MergePatch } from "../src/core/merge-patch.ts";
import type { QueueRpc, WorkOutcome, WorkRequest } from "../src/core/objects.ts";
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
} from "../src/core/queue/command.ts";
import type { DeadLettersQuery } from "../src/core/queue/dead-letters.ts";
import type { MessageTask } from "../src/core/queue/message.ts";
import { Pollers } from "../src/core/queue/pollers.ts";
import { QueueMachine } from "../src/core/queue/queue-machine.ts";
import { QUEUE_EFFECTS } from "../src/effects/queue-effects.ts";
import type { Env } from "../src/env.ts";
import { readWorker, readWorkers } from "../src/queries/queue-workers.ts";
import { readQueue, whereabouts } from "../src/queries/queue-view.ts";
import { ISOLATE } from "./isolate.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlQueueStore } from "./storage/sql-queue-store.ts";
import { Ticker } from "./ticker.ts";
import { WorkerSockets } from "./worker-sockets.ts";
import { WorkerTurns } from "./worker-turns.ts";

/** A queue for workers. One for each queue name. */
export class QueueObject
  extends MachineObject<QueueMachine, QueueCommand, QueueOutcome, QueueEffect>
  implements QueueRpc
{
  private readonly pollers: Pollers;
  private readonly turns: WorkerTurns;
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
    const turns = new WorkerTurns(context, env, pollers);
    this.pollers = pollers;
    this.turns = turns;
    this.sockets = new WorkerSockets({
      context,
      env,
      pollers,
      exists: () => this.within(({ look }) => look((machine) => machine.exists)),
      isDraining: (worker) =>
        this.within(({ look }) => look((machine, now) => machine.registry.isDraining(worker, now))),
      work: (request, poller) => this.within((ways) => turns.take(ways, request, poller)),
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

  work(request: WorkRequest): Promise<WorkOutcome> {
    return this.call((ways) => this.turns.take(ways, request));
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
