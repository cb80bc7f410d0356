/** Services that know neither sessions nor beats: the same is said in the calls they know. */
import type { WorkService } from "./caller.ts";
import type { Service } from "./connection.ts";
import { isJsonObject } from "./json.ts";
import { LEASE_SECONDS_DEFAULT } from "./limits.ts";
import type { Outcome, VerdictOnWire, WorkAnswer, WorkRequest } from "./wire.ts";

const WORKER_LENGTH = 128;

/** Speaks to a service of any age: the first refusal of a new word tells. */
export class AnyService implements WorkService {
  wasReached = false;
  private service: Service;
  private isOlder = false;

  constructor(service: Service) {
    this.service = service;
  }

  /** Calls go over another connection from now on, with another key perhaps. */
  replace(service: Service): void {
    this.service = service;
  }

  close(): void {
    this.service.close();
  }

  /** Whether a waiting call ends when the session says goodbye, and what is left of it need not be cut. */
  get endsPolls(): boolean {
    return !this.isOlder;
  }

  socket(path: string): WebSocket | undefined {
    return this.isOlder ? undefined : this.service.socket?.(path);
  }

  async work(
    queue: string,
    request: Partial<WorkRequest>,
    signal?: AbortSignal,
  ): Promise<Outcome<WorkAnswer>> {
    const outcome = await this.speak(queue, request, signal);
    this.wasReached ||= outcome.kind === "answer";
    return outcome;
  }

  private async speak(
    queue: string,
    request: Partial<WorkRequest>,
    signal?: AbortSignal,
  ): Promise<Outcome<WorkAnswer>> {
    if (!this.isOlder) {
      const outcome = await this.service.work(queue, request, signal);
      if (!isNewToIt(outcome)) return outcome;
      this.isOlder = true;
    }
    return inOlderWords(this.service, queue, request, signal);
  }
}

function isNewToIt(outcome: Outcome<unknown>): boolean {
  return (
    outcome.kind === "refused" && outcome.status === 400 && /[Uu]nrecognized.*session/.test(outcome.detail)
  );
}

async function inOlderWords(
  service: Service,
  queue: string,
  { beats = [], release = [], bury = [], reports = [], delete: remove = [], ...rest }: Partial<WorkRequest>,
  signal?: AbortSignal,
): Promise<Outcome<WorkAnswer>> {
  const path = `/v1/queues/${encodeURIComponent(queue)}`;
  const { max = 0, waitSeconds = 0, leaseSeconds = LEASE_SECONDS_DEFAULT, worker = "", session = "" } = rest;
  const told: VerdictOnWire[] = [];
  if (beats.length > 0) {
    const receipts = beats.map(({ receipt }) => receipt);
    const outcome = await service.post(`${path}/extend`, { receipts, leaseSeconds }, 0, signal);
    if (outcome.kind !== "answer") return outcome;
    told.push(...verdictsOf(outcome.answer, leaseSeconds));
  }
  // There is no grave: what no worker can do goes through its deliveries.
  const receipts = [...release, ...bury].map(({ receipt }) => receipt);
  if (receipts.length > 0) {
    const outcome = await service.post(`${path}/release`, { receipts }, 0, signal);
    if (outcome.kind !== "answer") return outcome;
  }
  if (max === 0 && reports.length === 0 && remove.length === 0)
    return { kind: "answer", answer: { verdicts: [], beats: told, messages: [] } };
  const own = {
    reports: reports.map(({ log: _, ...report }) => report),
    delete: remove,
    max,
    waitSeconds,
    leaseSeconds,
    // One poll a name: two runners of one name would answer each other's.
    worker: `${worker}-${session}`.slice(-WORKER_LENGTH),
  };
  const outcome = await service.work(queue, own, signal);
  if (outcome.kind !== "answer") return outcome;
  const messages = outcome.answer.messages.map((message) => ({ ...message, leaseSeconds }));
  return { kind: "answer", answer: { ...outcome.answer, messages, beats: told } };
}

function verdictsOf(answer: unknown, leaseSeconds: number): VerdictOnWire[] {
  const verdicts = isJsonObject(answer) && Array.isArray(answer.verdicts) ? answer.verdicts : [];
  return verdicts.map((verdict: unknown) => {
    if (isJsonObject(verdict) && verdict.ok === true) return { ok: true, leaseSeconds };
    const { code, detail } = isJsonObject(verdict) ? verdict : {};
    return { ok: false, code: String(code), detail: String(detail) };
  });
}
