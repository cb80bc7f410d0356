import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

// ---- Names -----------------------------------------------------------------------------------------------------
export const NAME_LENGTH = 128;
/** As in the MNS protocol. */
export const QUEUE_NAME_LENGTH = 120;

// ---- What a user may send --------------------------------------------------------------------------------------
export const DEFINITION_BYTES = 1 * MIB;
export const REQUEST_BODY_BYTES = 16 * MIB;
/** Deeper values overflow the stack of ordinary JSON readers on the workers' side. */
export const JSON_DEPTH = 200;
/** Values in one document of JSON: 16 MiB of `{}` would take 357 MiB of memory. */
export const JSON_PARTS_MAX = 1_000_000;
/** Digits of a whole number. To read and write them takes the square of their number. */
export const JSON_DIGITS_MAX = 1000;
export const DESCRIPTION_LENGTH = 1024;
export const ERROR_LENGTH = 128;
export const CAUSE_LENGTH = 4096;
export const LIST_LIMIT_DEFAULT = 100;
export const LIST_LIMIT_MAX = 1000;
/** Flows that one page of their list asks for what it shows, because an earlier release did not tell the directory. */
export const FLOWS_ASKED_MAX = 100;

// ---- Access keys -----------------------------------------------------------------------------------------------
export const MASTER_KEY_LENGTH_MIN = 32;
/** They are listed and searched as a whole. */
export const ACCESS_KEYS_MAX = 1000;
export const ACCESS_KEY_QUEUES_MAX = 100;
export const ACCESS_KEY_WORKERS_MAX = 100;
/** How long a worker of the Worker goes by what it knows of a key: a disabled one dies within this time. */
export const ACCESS_KEY_CACHE_MS = 30 * SECOND_MS;
export const KEY_GRACE_SECONDS_MAX = 7 * 24 * 3600;
export const AUDIT_KEPT_MS = 400 * 24 * HOUR_MS;
/** Old entries deleted with each new one. */
export const AUDIT_PURGED_AT_ONCE = 20;

// ---- Definitions -----------------------------------------------------------------------------------------------
/** Uses of anchors, those that others repeat counted each time: they multiply the work of reading a definition. */
export const YAML_ALIASES_MAX = 1000;
/** A definition with all that its anchors repeat written out, as JSON: so much is read of a text that is far shorter. */
export const DEFINITION_EXPANDED_SIZE = 4 * MIB;
/** Each level lengthens the paths of the steps in it, and with them every task token. */
export const STEP_NESTING_MAX = 20;
export const CONDITION_LENGTH = 4096;
export const CONDITION_DEPTH = 50;
export const BRANCHES_MAX = 1000;
/** Reading stops here: a text with more mistakes is not a definition, and each costs time to describe. */
export const DIAGNOSTICS_MAX = 200;

// ---- Executions ------------------------------------------------------------------------------------------------
export const EXECUTION_DATA_SIZE = 16 * MIB;
export const TASK_DATA_SIZE = 256 * KIB;
/** Tasks of other executions that wait for one execution's end: its head tells all of them. */
export const WAITING_TASKS_MAX = 1000;
export const EXECUTION_EVENTS_MAX = 10_000_000;
export const EXECUTION_SECONDS_MAX = 365 * 24 * 3600;
export const WAIT_SECONDS_MAX = 365 * 24 * 3600;
export const FOREACH_ITEMS_MAX = 100_000;
export const FOREACH_CONCURRENCY_DEFAULT = 100;
export const FOREACH_CONCURRENCY_MAX = 10_000;
/** Executions that wait for each other's end, a child for its child and so on: above, a flow most likely calls itself. */
export const CHILD_DEPTH_MAX = 20;
export const RETRY_INTERVAL_SECONDS_MAX = 86_400;
/** Facts one turn may add before other requests to the same execution get their turn. */
export const FACTS_PER_TURN = 2000;
/** Timers one turn settles, for the same reason. */
export const TIMERS_PER_TURN = 500;
/** Longest hold of a request that waits for an execution's end. */
export const EXECUTION_WAIT_SECONDS_MAX = 60;
export const REPORTS_PER_REQUEST = 100;

/** Running executions of one flow: above, somebody most likely starts them in a loop. */
export const RUNNING_EXECUTIONS_MAX = 100_000;
/** What one flow's object is good for on the platform. */
export const STARTS_PER_SECOND_MAX = 1000;
/** A message that waits so long while nobody asks its queue has no worker. */
export const WORKERLESS_AFTER_MS = 5 * 60_000;
/** Open steps of which a head tells what they wait for. */
export const WAITING_SHOWN_MAX = 100;
/** Of `TakenWithinSeconds`. */
export const TAKEN_SECONDS_MAX = 604_800;
/** A message that still lies in its queue is asked for again after twice the last pause, at most so long. */
export const LOCATE_PAUSE_MAX_MS = 5 * MINUTE_MS;
/** Messages that one call asks a queue for. */
export const LOCATED_AT_ONCE = 500;
/** Of a log longer than both together the beginning and the end are kept. */
export const LOG_HEAD_BYTES = 4 * KIB;
export const LOG_TAIL_BYTES = 12 * KIB;
/** Logs of one execution; from so many on only those of failures are kept. */
export const EXECUTION_LOGS_BYTES = 16 * MIB;
export const EXECUTION_LOGS_FAILURES_FROM = 8 * MIB;
/** Logs in one answer. */
export const LOGS_SHOWN_BYTES = 4 * MIB;
/** What a sign of life brings of a log. */
export const LIVE_LOG_BYTES = 4 * KIB;
/** What a worker tells of its progress, as JSON. */
export const PROGRESS_SIZE = 4 * KIB;
/** Requests that wait for the end of one execution. */
export const OPEN_WAITS_MAX = 1000;
export const LABELS_MAX = 20;
export const LABEL_KEY_LENGTH = 64;
export const LABEL_VALUE_LENGTH = 256;
/** The list over all flows looks at those that were active last. */
export const LISTED_FLOWS_MAX = 100;
/** How often a flow tells the directory that it is active. */
export const ACTIVE_TOLD_EVERY_MS = 10 * MINUTE_MS;
export const EXECUTION_RETENTION_DAYS_DEFAULT = 30;
export const EXECUTION_RETENTION_DAYS_MAX = 3650;
/** Executions looked at, and removed, in one turn of a flow. */
export const REMOVAL_SCANNED_AT_ONCE = 2000;
export const EXECUTIONS_REMOVED_AT_ONCE = 100;
export const VERSIONS_REMOVED_AT_ONCE = 100;
/** What was started so long ago of a flow that is deleted, and has not told its end, is stopped and removed all the same. */
export const UNTOLD_END_MS = 48 * HOUR_MS;
/** Between two searches for old executions: they may stay that much longer. */
export const REMOVAL_PAUSE_MS = 1 * HOUR_MS;

// ---- Memory ----------------------------------------------------------------------------------------------------
/** What one object keeps in memory, so that a few full ones fit into an isolate of 128 MB; what is larger stays on disk. */
export const OBJECT_MEMORY_BYTES = 32 * MIB;
/** Of it, what senders leave to those who take messages: their names are kept as long as they have some. */
export const QUEUE_TAKERS_BYTES = 8 * KIB;
/** Of it, what an execution leaves to what it has open already, and does not fill with iterations and branches. */
export const EXECUTION_GROWTH_BYTES = 8 * MIB;
/** What of an effect is kept in memory; what is larger stays in its row until the effect is done. */
export const EFFECT_BYTES = 4 * KIB;
/** What an isolate keeps of what its objects read and wrote: values, messages, compiled flows. */
export const ISOLATE_CACHE_BYTES = 32 * MIB;

// ---- Storage ---------------------------------------------------------------------------------------------------
/** Text of one row; four bytes a character at the worst stay under the platform's 2 MB. */
export const ROW_TEXT_LENGTH = 450 * KIB;
/** A row of facts is closed at this length, so that reading one page of history stays cheap. */
export const JOURNAL_ROW_LENGTH = 128 * KIB;
/** Commits and text that a restarted object may have to replay, at the most. */
export const CHECKPOINT_COMMITS = 64;
export const CHECKPOINT_LENGTH = 1 * MIB;
/** The same for a queue, whose commits are small. */
export const QUEUE_CHECKPOINT_COMMITS = 256;
/** Rows that cannot be read which an object tells of: where many are spoilt, the first ones tell enough. */
export const UNREADABLE_ROWS_TOLD = 100;
/** A larger part of a value is stored once and referred to. */
export const SHARED_VALUE_SIZE = 256;
/** What of a value may stand in a fact itself. */
export const INLINE_VALUE_SIZE = 1 * KIB;
/** A larger value crosses from object to object as the text of its JSON: nothing else has a known length. */
export const CARRIED_WHOLE_BYTES = 1 * MIB;
/** Inputs of firings that go to a flow in one call. */
export const STARTS_CALL_BYTES = 8 * MIB;
/** Of any page: the next one goes on where so much is said, whatever the limit. */
export const PAGE_SIZE = 4 * MIB;
/** Of one flow's page, of those that make one page over all flows. */
export const MERGED_PAGE_SIZE = 256 * KIB;
/** Of what is looked at for one page of history or steps: to measure a value that is only referred to takes its time. */
export const PAGE_LOOKED_AT_SIZE = 64 * MIB;
/** A longer value stands in history and steps as a reference. */
export const SHOWN_VALUE_SIZE = 64 * KIB;
/** The same in an execution's head. */
export const HEAD_VALUE_SIZE = 1 * MIB;
/** What a reference shows of its value. */
export const PREVIEW_LENGTH = 256;

// ---- Dispatch --------------------------------------------------------------------------------------------------
/** The platform allows 128,000 bytes a transport message, and 100 or 256,000 bytes a call; the rest is headroom. */
export const TRANSPORT_MESSAGE_BYTES = 120_000;
export const TRANSPORT_CALL_BYTES = 240_000;
export const TRANSPORT_CALL_MESSAGES = 100;
/** The platform bills each begun part of this size, of a message with what it adds to it, as an operation. */
export const TRANSPORT_OPERATION_BYTES = 64_000;
export const TRANSPORT_ENVELOPE_BYTES = 100;
/** So many tasks go straight to their queue: for them the way through the transport queue costs more than it spares. */
export const DIRECT_TASKS_MAX = 10;
/** Tasks that are signed and built together, before other requests to the execution get a chance. */
export const TASKS_PER_BATCH = 500;
/** A dispatch that no queue confirmed is sent again past the transport queue after these pauses, then every last one. */
export const DISPATCH_RETRY_MS = [5 * SECOND_MS, 30 * SECOND_MS, 5 * MINUTE_MS];
/** After this long without success an effect is given up, and the step that asked for it fails. */
export const EFFECT_GIVE_UP_MS = 6 * HOUR_MS;
/** What is repeated for ever is shown, logged and counted once it was asked for so long ago. */
export const OVERDUE_AFTER_MS = 1 * HOUR_MS;
/** Pause before the nth repeat of an effect that failed: doubled each time from the first to the last. */
export const EFFECT_RETRY_FIRST_MS = 1 * SECOND_MS;
export const EFFECT_RETRY_LAST_MS = 5 * MINUTE_MS;
/** Parked effects, and rows that cannot be read, that a head shows. */
export const PARKED_SHOWN_MAX = 100;
/** Groups of effects of one kind that one object performs at the same time. */
export const EFFECTS_IN_FLIGHT = 16;
/** What is being done now has an alarm this much later, in case the object does not live to finish it. */
export const ALARM_SAFETY_MS = 5 * SECOND_MS;
/** Turns after which an alarm leaves what is still due to the next one; each is followed by other requests. */
export const TURNS_PER_WAKE = 1000;
/** An alarm that is later than this was lost. */
export const ALARM_OVERDUE_MS = 10 * SECOND_MS;

/** Starts that a flow hands to its executions at the same time: what comes back of them in one turn shares its commits. */
export const STARTS_IN_FLIGHT = 100;
/** Calls of functions, flows and addresses that one execution has in hand at the same time. */
export const CALLS_IN_FLIGHT = 100;
/** Connections to the outside that one object has open at the same time: the platform's own limit. */
export const OPEN_CALLS_MAX = 6;
/** A function or HTTP call that has not answered by then has failed; its time begins with the call. */
export const CALL_SECONDS_MAX = 600;
/** Of a secret that a definition names. */
export const SECRET_NAME_LENGTH = 64;
/** Of the text before it, such as "Bearer ". */
export const SECRET_PREFIX_LENGTH = 64;
/** Of a secret's value: the platform's own limit. */
export const SECRET_BYTES = 5120;
/** Of the answer to a call, before it is looked at. */
export const CALL_ANSWER_BYTES = 4 * MIB;

// ---- Queues ----------------------------------------------------------------------------------------------------
export const MESSAGE_BODY_BYTES = 64 * KIB;
/** Properties of a message, each kind by itself; these three are MNS's own. All of them count for the message's size. */
export const MESSAGE_PROPERTIES_MAX = 50;
export const MESSAGE_PROPERTY_NAME_LENGTH = 256;
export const MESSAGE_PROPERTY_VALUE_LENGTH = 4096;
export const MESSAGE_GROUP_ID_LENGTH = 128;
/** A queue cannot be told to take less. */
export const MESSAGE_SIZE_LIMIT_MIN = 1 * KIB;
/** Entries in one batch of the MNS protocol. */
export const MNS_BATCH_MAX = 16;
/** A whole batch of the largest bodies, if every character of them is written as `&quot;`, and its elements. */
export const MNS_REQUEST_BYTES = 8 * MIB;
export const QUEUE_DELAY_SECONDS_MAX = 604_800;
export const QUEUE_RETENTION_SECONDS_DEFAULT = 345_600;
export const QUEUE_RETENTION_SECONDS_MIN = 60;
export const QUEUE_RETENTION_SECONDS_MAX = 604_800;
export const LEASE_SECONDS_DEFAULT = 30;
export const LEASE_SECONDS_MAX = 43_200;
export const POLL_SECONDS_MAX = 30;
/** The longest wait ends so much earlier: clients give up after just as long, and would be given a message in vain. */
export const POLL_MARGIN_MS = 500;
export const RECEIVE_MAX = 100;
export const SEND_MESSAGES_MAX = 100;
export const RECEIPTS_PER_REQUEST = 100;
export const PRIORITY_DEFAULT = 8;
export const PRIORITY_MAX = 16;
/** What memory holds of a message, with its share of the indexes; its texts stay on disk. */
export const MESSAGE_MEMORY_BYTES = 160;
/** Messages lying in one queue: the index of them takes most of what an object may keep in memory. */
export const QUEUE_MESSAGES_MAX = 200_000;
export const OPEN_POLLS_MAX = 1000;
/** Polls of one worker name without a session: programs that share a name share its messages. */
export const POLLS_OF_A_NAME_MAX = 4;
/** A poll whose place another one took is not answered sooner after it came, or two could chase each other. */
export const POLL_ANSWERED_AFTER_MS = 1 * SECOND_MS;
/** The first lease of a session's message, whatever it asked for: a connection that had just died costs no more. */
export const FIRST_LEASE_SECONDS = 15;
/** A task is not run again after so many workers that had it were lost, unless its step or its queue says otherwise. */
export const LOST_AFTER_DEFAULT = 3;
export const LOST_AFTER_MAX = 100;
/** First leases in a row that nobody answered count as one loss: one alone may never have arrived. */
export const LOSSES_UNANSWERED = 5;
/** The webhook is told of one worker that is lost no more often. */
export const LOST_TOLD_EVERY_MS = 10 * MINUTE_MS;
/** After a sign of life a worker is live, its name in use, for three of the longest polls; then it is late, then gone. */
export const WORKER_LIVE_MS = 90 * SECOND_MS;
export const WORKER_GONE_MS = 10 * MINUTE_MS;
export const WORKER_FORGOTTEN_MS = 24 * HOUR_MS;
/** After a restart workers are as their row says until their polls are back. */
export const WORKERS_BACK_MS = 30 * SECOND_MS;
export const WORKER_NAME_LENGTH = 128;
export const SESSION_LENGTH = 64;
/** What is known of workers of one queue, those that are gone included. */
export const WORKERS_MAX = 1000;
/** Of a queue, in one row; it is written at most this often, and when they only called again at most as often as that. */
export const WORKERS_PER_ROW = 100;
export const WORKERS_CHANGED_WRITTEN_MS = 1 * MINUTE_MS;
export const WORKERS_SEEN_WRITTEN_MS = 10 * MINUTE_MS;
/** Shown of each worker; and queues that are asked for one page of all workers: with the directory fewer than 20 objects. */
export const WORKER_TASKS_SHOWN_MAX = 20;
export const WORKERS_PAGE_QUEUES = 18;
/** Each text that a runner tells of itself; and why a message was buried. */
export const ABOUT_TEXT_LENGTH = 128;
export const BURY_REASON_LENGTH = 1024;
/** How long a dead letter is kept, counted from its death: somebody is to find it. */
export const DEAD_LETTER_RETENTION_SECONDS = 604_800;
/** Dead letters that one call shows, redrives or purges. */
export const DEAD_LETTERS_PER_CALL = 1000;
/** How long a batch that was taken is remembered, so that a late repeat of it is dropped. */
export const BATCH_MEMORY_MS = 1 * HOUR_MS;
/** Names of batches that a queue's head tells: it is written with every checkpoint, so more of them lie apart. */
export const BATCHES_IN_HEAD_MAX = 1000;

// ---- Topics ----------------------------------------------------------------------------------------------------
export const SUBSCRIPTIONS_MAX = 100;
/** Messages that one subscription may be behind; an endpoint that takes nothing loses its oldest ones then. */
export const SUBSCRIPTION_BACKLOG_MAX = 10_000;
/** How long the id of a message that is over is remembered, and of how many: a late repeat of it notifies nobody. */
export const TOPIC_ID_MEMORY_MS = 1 * HOUR_MS;
export const TOPIC_IDS_REMEMBERED_MAX = 10_000;
/** Old ids forgotten with each message. */
export const TOPIC_IDS_FORGOTTEN_AT_ONCE = 10;
export const MESSAGE_TAG_LENGTH = 16;
export const ENDPOINT_LENGTH = 2048;
/** A notification that an endpoint has not answered by then was not taken. */
export const PUSH_SECONDS_MAX = 10;
/** Of the strategy "backoff": so many repeats, after pauses of this much to twice as much. */
export const PUSH_BACKOFF_RETRIES = 3;
export const PUSH_BACKOFF_MS = 10 * SECOND_MS;
/** Of the strategy "exponential": the longest pause. */
export const PUSH_EXPONENTIAL_LAST_MS = 512 * SECOND_MS;
/** A message that is older is given up, whatever the strategy. */
export const PUSH_GIVE_UP_SECONDS = 86_400;
export const PUSH_GIVE_UP_MS = PUSH_GIVE_UP_SECONDS * SECOND_MS;
/** Notifications that one topic has in hand at the same time. */
export const PUSHES_IN_FLIGHT = 32;

// ---- Schedules -------------------------------------------------------------------------------------------------
export const SCHEDULE_SHARDS = 16;
/** As much as a task's input; every start of a schedule carries it. */
export const SCHEDULE_PAYLOAD_SIZE = 256 * KIB;
/** What one shard tells for a page of a list, to which all of them contribute. */
export const SHARD_PAGE_SIZE = 512 * KIB;
/** Of a shard's memory, what is left for firings: schedules are refused when there is no more than that. */
export const SHARD_FIRINGS_BYTES = 8 * MIB;
/** Webhook notices of instants that one wake found missed, or one backfill gave up: of very many the newest tell enough. */
export const MISSED_NOTICES_MAX = 100;
/** Rows after which a turn fires no further schedules: after an outage other requests get in between. */
export const FIRED_ROWS_PER_TURN = 20_000;
/** The newest due instant counts as missed if it is later than this: the Cron Trigger heals a lost alarm within a minute. */
export const MISSED_AFTER_MS = 75 * SECOND_MS;
/** Missed instants that `catchUp` can start at once. */
export const CATCH_UP_MAX = 1000;
export const SCHEDULE_CRONS_MAX = 20;
export const EXCLUDED_DATES_MAX = 1000;
export const JITTER_SECONDS_MAX = 86_400;
export const EXPECT_SECONDS_MAX = 365 * 24 * 3600;
export const BUFFER_LIMIT_DEFAULT = 100;
export const BUFFER_LIMIT_MAX = 1000;
/** Coming instants of one schedule that are to be skipped. */
export const SKIPS_MAX = 100;
export const BACKFILL_INSTANTS_MAX = 10_000;
export const BACKFILL_PARALLELISM_MAX = 100;
/** With `overlap: allow`, which does not wait. */
export const BACKFILL_PARALLELISM_ALLOW = 10;
/** Backfills of one schedule that are remembered after their end. */
export const BACKFILLS_KEPT = 20;
export const LEDGER_ROWS_MAX = 10_000;
/** A crontab that is imported at once: each of its lines is a call, and a schedule. */
export const CRONTAB_LINES_MAX = 10_000;
export const CRONTAB_BYTES = 1 * MIB;
export const LEDGER_DAYS_MAX = 400;
/** Firings that are sealed into one row; as many more at the most lie in the row of the schedule's state. */
export const LEDGER_CHUNK = 12;
/** Schedules that one turn parks because they failed: each costs the shard a reading of its memory. */
export const SCHEDULES_PARKED_PER_TURN = 10;
/** What is parked is tried again by itself after so long, then after twice as long and so on, up to the last pause. */
export const PARKED_RETRY_FIRST_MS = 1 * HOUR_MS;
export const PARKED_RETRY_LAST_MS = 24 * HOUR_MS;
/** Schedules that one turn fires, before other requests to their shard get their turn. */
export const SCHEDULES_PER_TURN = 500;
/** Firings that one call hands to a flow. */
export const STARTS_PER_CALL = 100;
/** A schedule that waits for the end of an execution asks for its real state so often, in case nobody tells. */
export const RUNNING_CHECK_MS = 1 * MINUTE_MS;
/** A repeated request with an `Idempotency-Key` finds what it started for so long. */
export const RUN_MEMORY_MS = 24 * HOUR_MS;
export const RUNS_REMEMBERED_MAX = 200;
/** Executions of one schedule that are watched for their end, and instants that wait for a decision. */
export const OPEN_FIRINGS_MAX = 2000;
/** A webhook that has not answered by then is tried again. */
export const NOTIFY_SECONDS_MAX = 15;
/** Instants that a preview looks at, however few of them are left by exclusions. */
export const PREVIEW_LOOKED_AT_MAX = 20_000;
/** As many for the next start of each schedule that a list shows: all that may be skipped, and a hundred excluded days. */
export const NEXT_LOOKED_AT_MAX = 200;

// ---- Signed requests --------------------------------------------------------------------------------------------
/** How far the clock of whoever signed a request may be from ours; a captured request can be sent again that long. */
export const SIGNATURE_SKEW_MS = 15 * MINUTE_MS;
/** Old nonces forgotten with each new one: two would do in the long run. */
export const NONCES_PURGED_AT_ONCE = 10;
/** Nonces of reads that an isolate remembers: a nonce is 24 characters, so this is a few MB. */
export const RECENT_NONCES_MAX = 20_000;

// ---- The protocol of FnF ---------------------------------------------------------------------------------------
/** It keeps inputs and outputs whole: one of each fits in, of the largest. */
export const FNF_ANSWER_BYTES = 36 * MIB;
/** A definition of 1 MiB with each byte escaped fits in. */
export const FNF_REQUEST_BYTES = 4 * MIB;
/** The same with all that must be escaped in what is signed: it is signed before anybody is known, and escaped again. */
export const FNF_CANONICAL_LENGTH_MAX = 6 * MIB;
/** Of the query, and of the body; no action has half as many. */
export const FNF_PARAMETERS_MAX = 100;
export const FNF_LIST_LIMIT_DEFAULT = 60;
/** Each costs a call of its object. */
export const FNF_EXECUTIONS_LISTED_MAX = 100;
/** A longer input, output or definition is left out of a list of executions: FnF's own are never longer. */
export const FNF_LISTED_TEXT_BYTES = 32 * KIB;
/** Of a document that FnF gives back as it was written, and not in our writing: it is kept beside its value. */
export const FNF_KEPT_TEXT_BYTES = 256 * KIB;
/** How long the answer of StartSyncExecution is held: FnF's express executions take no longer. */
export const FNF_SYNC_SECONDS_MAX = 300;
