import { given } from "../src/core/given.ts";
import { POLL_MARGIN_MS, POLL_SECONDS_MAX, WORKERS_MAX, WORKER_LIVE_MS } from "../src/core/limits.ts";
import type { BeatEntry, WorkOutcome, WorkRequest } from "../src/core/objects.ts";
import type { QueueCommand, QueueEffect, QueueOutcome, Work } from "../src/core/queue/command.ts";
import type { Poller, Pollers } from "../src/core/queue/pollers.ts";
import type { QueueMachine } from "../src/core/queue/queue-machine.ts";
import { afterVerdicts } from "../src/core/queue/reported.ts";
import { messageOf, reject } from "../src/core/result.ts";
import { SECOND_MS } from "../src/core/time.ts";
import { refuseUnreadable } from "../src/core/unreadable.ts";
import { passOnBeats } from "../src/effects/pass-on-beats.ts";
import { ReportPasser } from "../src/effects/pass-on-reports.ts";
import type { Env } from "../src/env.ts";
import { sawWorker } from "../src/metrics.ts";
import type { Ways } from "./machine-object.ts";

type QueueWays = Ways<QueueMachine, QueueCommand, QueueOutcome, QueueEffect>;
type Taken = Extract<QueueOutcome, { ok: true }>;
/** A turn, but for those who would wait for messages. */
type Turn = Omit<WorkRequest, "reports">;

/** Turns of a queue's workers: what they report first, then their messages, for which a call may wait. */
export class WorkerTurns {
  private readonly context: DurableObjectState;
  private readonly env: Env;
  private readonly pollers: Pollers;
  private readonly passer: ReportPasser;

  constructor(context: DurableObjectState, env: Env, pollers: Pollers) {
    this.context = context;
    this.env = env;
    this.pollers = pollers;
    this.passer = new ReportPasser(env, (work) => context.waitUntil(work));
  }

  /**
   * Nothing is deleted that no execution has taken; the tokens of its reports were verified. Of a socket the poller is given,
   * and it waits by itself.
   */
  async take(ways: QueueWays, { reports, ...turn }: WorkRequest, lasting?: Poller): Promise<WorkOutcome> {
    this.sawWorker(turn);
    if (!reports) return this.work(ways, turn, lasting);
    const reportVerdicts = await this.passer.passOn(reports);
    const rest = { ...turn, ...afterVerdicts(reports, reportVerdicts) };
    const outcome = await this.work(ways, rest, lasting).catch(
      // Reports that were committed must be told, whatever becomes of their queue.
      (error: unknown) => refuseUnreadable(error) ?? reject("InternalError", messageOf(error)),
    );
    return { ...outcome, reportVerdicts };
  }

  private async work(
    ways: QueueWays,
    { beats, receive, ...rest }: Turn,
    lasting?: Poller,
  ): Promise<QueueOutcome> {
    const doTurn = async (more: Pick<Work, "receive"> = {}) => {
      const receipts = beats?.map(({ receipt }) => receipt);
      const outcome = await ways.submit({ type: "work", ...rest, ...given({ beats: receipts }), ...more });
      if (beats) this.passOn(beats, outcome);
      return outcome;
    };
    if (!receive) return doTurn();
    const { max, leaseSeconds, worker, whileDraining } = receive;
    const { id: session, key } = rest.session ?? {};
    const wanted = { max, ...given({ leaseSeconds, worker, session, key, whileDraining }) };
    if (lasting) return doTurn({ receive: { ...wanted, poller: lasting } });
    const waitSeconds =
      receive.waitSeconds ?? ways.read((machine, now) => machine.read(now).attributes.pollingWaitSeconds);
    if (waitSeconds <= 0) return doTurn({ receive: wanted });
    const { poller, delivery } = newPoller(wanted);
    const outcome = await doTurn({ receive: { ...wanted, poller } });
    if (!outcome.ok || outcome.messages) return outcome;
    const timer = setTimeout(
      () => this.pollers.remove(poller),
      Math.min(waitSeconds * SECOND_MS, POLL_SECONDS_MAX * SECOND_MS - POLL_MARGIN_MS),
    );
    const delivered = await delivery;
    clearTimeout(timer);
    const { drain: _, ...before } = outcome;
    const drain = ways.read((machine, now) => machine.registry.isDraining(worker, now)) || undefined;
    return { ...before, ...delivered, ...given({ drain }) };
  }

  /** The call may be held for long: executions are told of signs of life meanwhile. */
  private passOn(beats: readonly BeatEntry[], outcome: QueueOutcome): void {
    if (outcome.ok) this.context.waitUntil(passOnBeats(this.env, beats, outcome.beats ?? []));
  }

  /** For the metrics alone: what the API tells of workers the machine knows. */
  private sawWorker({ session, receive }: Turn): void {
    const name = session?.worker ?? receive?.worker;
    const queue = this.context.id.name;
    if (queue === undefined || (session === undefined && name === undefined)) return;
    const until = session?.bye === true ? 0 : Date.now() + WORKER_LIVE_MS;
    sawWorker(queue, JSON.stringify([session?.id, name]), until, WORKERS_MAX);
  }
}

/** A poller, and what it is answered with. */
function newPoller(wanted: Omit<Poller, "deliver" | "dismiss">) {
  const { promise, resolve } = Promise.withResolvers<Pick<Taken, "messages" | "stop">>();
  const poller: Poller = {
    ...wanted,
    deliver: (messages, stop) => resolve({ messages, stop }),
    dismiss: (at) => void setTimeout(() => resolve({ messages: [], stop: [] }), at - Date.now()),
  };
  return { poller, delivery: promise };
}
