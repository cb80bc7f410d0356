import type * as z from "zod";
import type { boardCallback } from "../../http/contract/board-callbacks.ts";
import type * as boardQueues from "../../http/contract/board-queues.ts";
import type * as board from "../../http/contract/board.ts";
import type * as common from "../../http/contract/executions.ts";
import type { calendarAnswer } from "../../http/contract/calendar.ts";
import type * as deadLetters from "../../http/contract/dead-letters.ts";
import type { doctorAnswer, doctorStarted } from "../../http/contract/doctor.ts";
import type { firing } from "../../http/contract/firings.ts";
import type { flowStatsAnswer } from "../../http/contract/flow-stats.ts";
import type * as flows from "../../http/contract/flows.ts";
import type * as keys from "../../http/contract/keys.ts";
import type * as pauses from "../../http/contract/pauses.ts";
import type { problem } from "../../http/contract/problem.ts";
import type * as live from "../../http/contract/live.ts";
import type { nightAnswer } from "../../http/contract/night.ts";
import type { depthAnswer } from "../../http/contract/queue-history.ts";
import type { deadAnswer, peekAnswer, queueAnswer } from "../../http/contract/queues.ts";
import type { redrivePlan } from "../../http/contract/redrive.ts";
import type * as schedules from "../../http/contract/schedules.ts";
import type * as topics from "../../http/contract/topics.ts";
import type * as workers from "../../http/contract/workers.ts";

/** What calls answer: the contract's own shapes, so that a change there does not compile here. */
export type ExecutionSummary = z.output<typeof common.executionSummary>;
export type PeekedExecutions = z.output<typeof common.peekExecutionsAnswer>;
export type BoardNeed = z.output<typeof board.need>;
export type BoardCallback = z.output<typeof boardCallback>;
export type BoardQueue = z.output<typeof boardQueues.boardQueue>;
export type BoardWorker = z.output<typeof boardQueues.boardWorker>;
export type Board = z.output<typeof board.boardAnswer>;
export type BoardExecution = z.output<typeof board.boardExecution>;
export type BoardFlow = z.output<typeof board.boardFlow>;
export type BoardHours = z.output<typeof board.boardHoursAnswer>;
export type DoctorReport = z.output<typeof doctorAnswer>;
export type DoctorStarted = z.output<typeof doctorStarted>;
export type Finding = DoctorReport["findings"][number];
export type Found = z.output<typeof board.searchAnswer>;
export type ExecutionHead = z.output<typeof common.executionHead>;
export type StepView = z.output<typeof common.step>;
export type HistoryEvent = z.output<typeof common.historyEvent>;
export type ValueReference = z.output<typeof common.valueReference>;
export type WaitingFor = NonNullable<ExecutionHead["waitingFor"]>[number];
export type FlowWithGraph = z.output<typeof flows.flowWithDefinition>;
export type FlowStats = z.output<typeof flowStatsAnswer>;
export type FlowStatsBucket = FlowStats["buckets"][number];
export type RedrivePlan = z.output<typeof redrivePlan>;
export type Diagnostic = z.output<typeof flows.diagnostic>;
export type Validation = z.output<typeof flows.validateAnswer>;
export type FlowGraph = z.output<typeof flows.flowGraph>;
export type GraphList = FlowGraph["lists"][number];
export type GraphStep = GraphList["steps"][number];
export type SnapshotAnswer = z.output<typeof live.snapshotAnswer>;
export type StepTuple = SnapshotAnswer["steps"][number];
export type ForeachState = SnapshotAnswer["foreach"][string];
export type BodyCounts = ForeachState["body"][string];
export type ExecutionDelta = z.output<typeof live.executionDelta>;
export type Timeline = z.output<typeof live.timelineAnswer>;
export type TimelineLane = Timeline["lanes"][number];
export type LiveMessage = z.output<typeof live.liveMessage>;
export type FlowVersion = z.output<typeof flows.versionsAnswer>["items"][number];
export type Schedule = z.output<typeof schedules.schedule>;
export type Firing = z.output<typeof firing>;
export type CalendarAnswer = z.output<typeof calendarAnswer>;
export type Night = z.output<typeof nightAnswer>;
export type NightItem = Night["items"][number];
export type NightRun = NonNullable<NightItem["runs"]>[number];
export type Preview = z.output<typeof schedules.previewAnswer>;
export type BackfillPlan = z.output<typeof schedules.backfillPlan>;
export type Pause = z.output<typeof pauses.pause>;
export type Queue = z.output<typeof queueAnswer>;
export type Topic = z.output<typeof topics.topicAnswer>;
export type Subscription = z.output<typeof topics.subscriptionAnswer>;
export type Worker = z.output<typeof workers.worker>;
export type WorkerDetail = z.output<typeof workers.workerAnswer>;
export type FinishedTask = WorkerDetail["finished"][number];
export type QueueHistory = z.output<typeof depthAnswer>;
export type PeekedMessage = z.output<typeof peekAnswer>["items"][number];
export type BoardTopic = z.output<typeof boardQueues.boardTopic>;
export type DeadNotification = z.output<typeof deadLetters.deadNotificationsAnswer>["items"][number];
export type DeadNotice = z.output<typeof deadLetters.deadNoticesAnswer>["items"][number];
export type DeadLettersSum = z.output<typeof deadLetters.deadLettersAnswer>;
export type DeadLetter = z.output<typeof deadAnswer>["items"][number];
export type AccessKey = z.output<typeof keys.accessKey>;
export type AccessKeyWithSecret = z.output<typeof keys.accessKeyWithSecret>;
export type AuditEntry = z.output<typeof keys.auditEntry>;
export type Problem = z.output<typeof problem>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string | undefined;
  readonly leftOut?: readonly LeftOut[] | undefined;
}

/** What a page goes without. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}
