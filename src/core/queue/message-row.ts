import { given } from "../given.ts";
import type { MessageColumns } from "./message-columns.ts";
import type { Taker } from "./pollers.ts";
import type { Death, Holder, Loss, Message } from "./message.ts";

const LEASED = 1;
const WITHDRAWN = 2;
const DEAD = 4;
const TASK = 8;
const ANSWERED = 16;
const TOLD = 32;
/** Why it is dead is known: of too many deliveries, or buried. */
const DIED = 64;
const BURIED = 128;

/** Whoever takes messages without a name. */
const NOBODY: Taker = {};

/** A message by its row: looks at the columns, and changes them. It is not kept, since rows are used again. */
export class MessageRow implements Message {
  readonly row: number;
  private readonly columns: MessageColumns;

  constructor(columns: MessageColumns, row: number) {
    this.columns = columns;
    this.row = row;
  }

  get number(): number {
    return this.columns.number.get(this.row);
  }

  get chunk(): number {
    return this.columns.chunks.slot(this.columns.chunk.get(this.row));
  }

  get position(): number {
    return this.number - this.columns.chunks.first(this.columns.chunk.get(this.row));
  }

  get sentAt(): number {
    return this.columns.chunks.at(this.columns.chunk.get(this.row));
  }

  get priority(): number {
    return this.columns.priority.get(this.row);
  }

  get expiresAt(): number | undefined {
    return this.columns.expiresAt.get(this.row) || undefined;
  }

  set expiresAt(at: number | undefined) {
    this.columns.expiresAt.set(this.row, at ?? 0);
  }

  get worker(): string | undefined {
    return this.columns.workers.value(this.columns.worker.get(this.row));
  }

  get isTask(): boolean {
    return this.has(TASK);
  }

  get lostAfter(): number | undefined {
    return this.columns.lostAfter.get(this.row) || undefined;
  }

  get visibleAt(): number {
    return this.columns.visibleAt.get(this.row);
  }

  set visibleAt(at: number) {
    this.columns.visibleAt.set(this.row, at);
  }

  get lease(): number {
    return this.columns.lease.get(this.row);
  }

  set lease(count: number) {
    this.columns.lease.set(this.row, count);
  }

  get leased(): boolean {
    return this.has(LEASED);
  }

  set leased(is: boolean) {
    this.mark(LEASED, is);
  }

  get deliveries(): number {
    return this.columns.deliveries.get(this.row);
  }

  set deliveries(count: number) {
    this.columns.deliveries.set(this.row, count);
  }

  get firstDeliveredAt(): number {
    return this.columns.firstDeliveredAt.get(this.row);
  }

  set firstDeliveredAt(at: number) {
    this.columns.firstDeliveredAt.set(this.row, at);
  }

  get losses(): readonly Loss[] | undefined {
    return this.columns.losses(this.row);
  }

  set losses(losses: readonly Loss[] | undefined) {
    this.columns.setLosses(this.row, losses);
  }

  get unanswered(): number | undefined {
    const stored = this.columns.unanswered.get(this.row);
    return stored === 0 ? undefined : stored - 1;
  }

  set unanswered(count: number | undefined) {
    this.columns.unanswered.set(this.row, count === undefined ? 0 : count + 1);
  }

  get returnedAt(): number | undefined {
    return this.columns.returnedAt.get(this.row) || undefined;
  }

  set returnedAt(at: number | undefined) {
    this.columns.returnedAt.set(this.row, at ?? 0);
  }

  /** Who has the lease, or had it last. */
  get taker(): Taker | undefined {
    return this.columns.takers.value(this.columns.taker.get(this.row));
  }

  get session(): string | undefined {
    return this.taker?.session;
  }

  get holder(): Holder | undefined {
    const { taker } = this;
    const leaseSeconds = this.columns.leaseSeconds.get(this.row);
    return (
      taker && {
        ...taker,
        since: this.columns.since.get(this.row),
        ...(leaseSeconds > 0 && { leaseSeconds }),
        ...(this.has(ANSWERED) && { answered: true }),
      }
    );
  }

  set holder(holder: Holder | undefined) {
    const { taker, takers, since, leaseSeconds } = this.columns;
    takers.leave(taker.get(this.row));
    taker.set(this.row, holder ? takerOf(takers, holder) : 0);
    since.set(this.row, holder?.since ?? 0);
    leaseSeconds.set(this.row, holder?.leaseSeconds ?? 0);
    this.mark(ANSWERED, holder?.answered === true);
  }

  get withdrawn(): boolean {
    return this.has(WITHDRAWN);
  }

  set withdrawn(is: boolean) {
    this.mark(WITHDRAWN, is);
  }

  get dead(): boolean {
    return this.has(DEAD);
  }

  set dead(is: boolean) {
    this.mark(DEAD, is);
  }

  get death(): Death | undefined {
    if (!this.has(DIED | BURIED)) return undefined;
    const reason = this.has(DIED) ? "maxDeliveries" : "buried";
    const detail = this.columns.detail(this.row);
    const worker = this.dead ? this.taker?.worker : undefined;
    return { at: this.columns.diedAt.get(this.row), reason, ...given({ detail, worker }) };
  }

  /** Who had it last is its taker for as long as it is dead. */
  set death(death: Death | undefined) {
    const { taker, takers, diedAt } = this.columns;
    if (death?.worker !== undefined && death.worker !== this.taker?.worker) {
      takers.leave(taker.get(this.row));
      taker.set(this.row, takerOf(takers, { worker: death.worker }));
    }
    this.mark(DIED, death?.reason === "maxDeliveries");
    this.mark(BURIED, death?.reason === "buried");
    diedAt.set(this.row, death?.at ?? 0);
    this.columns.setDetail(this.row, death?.detail);
  }

  get told(): boolean {
    return this.has(TOLD);
  }

  set told(is: boolean) {
    this.mark(TOLD, is);
  }

  markAnswered(): void {
    if (this.columns.taker.get(this.row) > 0) this.mark(ANSWERED, true);
  }

  /** When the message is made. */
  markTask(): void {
    this.mark(TASK, true);
  }

  private has(flags: number): boolean {
    return (this.columns.flags.get(this.row) & flags) > 0;
  }

  private mark(flag: number, is: boolean): void {
    const flags = this.columns.flags.get(this.row);
    this.columns.flags.set(this.row, is ? flags | flag : flags & ~flag);
  }
}

/** The number of who holds a message; the texts of a key are told apart by a character that none of them has. */
function takerOf(takers: MessageColumns["takers"], { worker, session, key }: Taker): number {
  if (worker === undefined && session === undefined && key === undefined) return takers.take("", NOBODY);
  const taker = {
    ...(worker !== undefined && { worker }),
    ...(session !== undefined && { session }),
    ...(key !== undefined && { key }),
  };
  return takers.take([worker, session, key].map((text) => text ?? "\u0001").join("\0"), taker);
}
