import type { AcceptTasks } from "./command.ts";

/** What the transport queue carries: tasks of one execution for one queue. */
export interface TransportMessage extends Omit<AcceptTasks, "type"> {
  readonly queue: string;
  /** What writing it costs; reading and deleting it cost the same. */
  readonly operations?: number;
}
