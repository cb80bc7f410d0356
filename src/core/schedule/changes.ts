import type { Records, Single } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { type BoardTold, type LastTelling, type TellBoard, dueTelling, lastTelling } from "../telling.ts";

interface Row {
  readonly change: number;
  readonly told?: LastTelling;
}

const ROW = shaped<Row>({ change: "number" }, { told: "object" });

/**
 * A number that only grows, with whatever changes in a shard; and what the board was told of it. It is kept with the states
 * of schedules, which are written anyway, and in a row of its own with each telling and where no state is written.
 */
export class Changes {
  private readonly row: Single<Row>;
  private known: number;
  private told: LastTelling | undefined;
  /** Id of the telling that was asked for last. */
  private announced: string | undefined;

  constructor(records: Records) {
    this.row = records.single("changes", ROW);
    const kept = this.row.getReadable({ change: 0 });
    this.known = kept?.change ?? 0;
    this.told = kept?.told;
  }

  /** The number of the last change; 0 before the first. */
  get at(): number {
    return this.known;
  }

  /** Names how the shard stands; undefined before the first change. */
  get stand(): string | undefined {
    return this.known === 0 ? undefined : String(this.known);
  }

  /** A state has this one. */
  read(change = 0): void {
    this.known = Math.max(this.known, change);
  }

  /** Something changed; `isKept` if no state tells of it. */
  note(now: number, isKept = false): void {
    this.known = Math.max(this.known + 1, now);
    if (isKept) this.write();
  }

  boardTold(command: BoardTold, now: number): void {
    this.told = lastTelling(this.told, command, now);
    this.write();
  }

  /** What is to be told of a change at about that time. */
  due(at = this.known): TellBoard | undefined {
    return this.stand === undefined ? undefined : dueTelling(this.stand, at, this.told);
  }

  /** The same, unless it was asked for. */
  takeDue(now: number): TellBoard | undefined {
    const due = this.due(now);
    if (!due || due.id === this.announced) return undefined;
    this.announced = due.id;
    return due;
  }

  private write(): void {
    this.row.put({ change: this.known, ...(this.told && { told: this.told }) });
  }
}
