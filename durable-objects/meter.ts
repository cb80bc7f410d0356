import { NO_USAGE, type Usage } from "../src/core/usage.ts";
import { count } from "../src/metrics.ts";

export type ObjectClass =
  | "FlowObject"
  | "ExecutionObject"
  | "QueueObject"
  | "TopicObject"
  | "ScheduleObject"
  | "DirectoryObject"
  | "BoardObject";

/** What a cursor tells once it was read to its end. */
interface CursorCosts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

const MESSAGES_PER_REQUEST = 20;

/** Counts what one object costs, for itself and for the isolate. */
export class Meter {
  private readonly of: ObjectClass;
  private messages = 0;
  private used: { -readonly [K in keyof Usage]: Usage[K] } = { ...NO_USAGE };

  constructor(of: ObjectClass) {
    this.of = of;
    count("millrace_object_starts_total", of);
  }

  /** What it cost since it was made, as far as this memory knows. */
  get usage(): Usage {
    return { ...this.used };
  }

  /** Takes in what the object had cost before it was brought into memory. */
  goOnFrom(before: Usage): void {
    const { used } = this;
    this.used = {
      rowsWritten: used.rowsWritten + before.rowsWritten,
      rowsRead: used.rowsRead + before.rowsRead,
      requests: used.requests + before.requests,
      alarms: used.alarms + before.alarms,
      transportOperations: used.transportOperations + before.transportOperations,
    };
  }

  rows({ rowsRead, rowsWritten }: CursorCosts): void {
    this.used.rowsRead += rowsRead;
    this.used.rowsWritten += rowsWritten;
    if (rowsRead > 0) count("millrace_rows_read_total", this.of, rowsRead);
    if (rowsWritten > 0) count("millrace_rows_written_total", this.of, rowsWritten);
  }

  request(): void {
    this.used.requests++;
    count("millrace_object_requests_total", this.of);
  }

  /** Of a socket: the platform bills twenty of them as one request. */
  message(): void {
    count("millrace_socket_messages_total", this.of);
    if (this.messages++ % MESSAGES_PER_REQUEST === 0) this.request();
  }

  alarmRang(): void {
    this.request();
    count("millrace_alarms_rung_total", this.of);
  }

  alarmSet(): void {
    this.used.alarms++;
    count("millrace_alarms_set_total", this.of);
  }

  /** Writes to the transport queue; each will be read and deleted once. */
  transportWritten(operations: number): void {
    this.used.transportOperations += 3 * operations;
  }
}
