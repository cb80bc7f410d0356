import type { Env } from "../../src/env.ts";
import type { ExecutionObject } from "../../durable-objects/execution-object.ts";
import type { QueueObject } from "../../durable-objects/queue-object.ts";
import type { FlowObject } from "../../durable-objects/flow-object.ts";
import type { ScheduleObject } from "../../durable-objects/schedule-object.ts";
import type { TopicObject } from "../../durable-objects/topic-object.ts";
import type * as main from "../../src/index.ts";
import type { BoardObject } from "../../durable-objects/board-object.ts";
import type { DirectoryObject } from "../../durable-objects/directory-object.ts";

type Bindings = Omit<Env, "FLOWS" | "EXECUTIONS" | "QUEUES" | "SCHEDULES" | "TOPICS" | "DIRECTORY" | "BOARD">;

declare global {
  namespace Cloudflare {
    interface GlobalProps {
      mainModule: typeof main;
    }
    interface Env extends Bindings {
      FLOWS: DurableObjectNamespace<FlowObject>;
      EXECUTIONS: DurableObjectNamespace<ExecutionObject>;
      QUEUES: DurableObjectNamespace<QueueObject>;
      SCHEDULES: DurableObjectNamespace<ScheduleObject>;
      TOPICS: DurableObjectNamespace<TopicObject>;
      DIRECTORY: DurableObjectNamespace<DirectoryObject>;
      BOARD: DurableObjectNamespace<BoardObject>;
    }
  }
}
