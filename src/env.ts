import type { BoardRpc } from "./core/board-views.ts";
import type { DirectoryRpc, ExecutionRpc, FlowRpc, QueueRpc, ScheduleRpc } from "./core/objects.ts";
import type { TopicRpc } from "./core/topic-rpc.ts";
import type { TransportMessage } from "./core/queue/transport.ts";

/** Objects of one class, by name. The platform's own type would unfold every value that crosses, which JSON has no end of. */
interface ObjectNamespace<T> {
  getByName(name: string): T;
}

/** An execution's object, with what it answers on this platform alone. */
export interface ExecutionStub extends ExecutionRpc {
  /** The JSON text of what a reference names, with marks in the place of task tokens; undefined when it names nothing. */
  value(ref: string): Promise<ReadableStream<Uint8Array> | undefined>;
  /** A socket that tells what is new: `?since=` a fact, `&key=` whose it is, `&until=` the end of his session. */
  fetch(request: Request): Promise<Response>;
}

/** A queue's object, with what it answers on this platform alone. */
export interface QueueStub extends QueueRpc {
  /** A socket of a worker: `?session=`, `&key=` whose it is, `&worker=`, `&leaseSeconds=`; or, as JSON, why there is none. */
  fetch(request: Request): Promise<Response>;
}

/** The Worker's bindings, as wrangler.toml names them. */
export interface Env {
  readonly FLOWS: ObjectNamespace<FlowRpc>;
  readonly EXECUTIONS: ObjectNamespace<ExecutionStub>;
  readonly QUEUES: ObjectNamespace<QueueStub>;
  readonly SCHEDULES: ObjectNamespace<ScheduleRpc>;
  readonly TOPICS: ObjectNamespace<TopicRpc>;
  readonly DIRECTORY: ObjectNamespace<DirectoryRpc>;
  readonly BOARD: ObjectNamespace<BoardRpc>;
  /** Absent where the platform has no queues: on a machine of its own. */
  readonly TRANSPORT?: Queue<TransportMessage>;
  /** The console's files; absent where it is not served. */
  readonly ASSETS?: Fetcher;
  /** The one secret. Without it the service answers health checks only. */
  readonly MASTER_KEY?: string;
  /** Earlier secrets, separated by spaces: task tokens they signed still hold. */
  readonly PREVIOUS_MASTER_KEYS?: string;
  /** JSON: names of functions and actions to their addresses or Service bindings, see effects/calls/function.ts. */
  readonly FUNCTIONS?: string;
  /** Where schedules tell of what went wrong, see effects/notify.ts; nobody is told without it. */
  readonly NOTIFY_URL?: string;
  /** "bugs": only bugs go to the log, see log.ts. */
  readonly LOG?: string;
  /** What the console calls this installation, such as "prod". */
  readonly INSTALLATION?: string;
  /** "true": a proxy in front of the service tells with X-Forwarded-Proto, -Host and -For how it was called, and by whom. */
  readonly TRUST_PROXY?: string;
  /** Whom Cloudflare Access may let in, see auth/cloudflare-access.ts; without them nobody. */
  readonly ACCESS_TEAM?: string;
  readonly ACCESS_AUD?: string;
  readonly ACCESS_ROLES?: string;
  /** "true": HTTP tasks and the webhook may call private addresses. */
  readonly ALLOW_PRIVATE_ADDRESSES?: string;
}
