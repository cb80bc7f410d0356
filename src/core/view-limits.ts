import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

const KIB = 1024;

/** A working day: whoever works on is renewed, whoever left is signed out by the next morning. */
export const SESSION_MS = 12 * HOUR_MS;
/** A session in use is renewed when it is older, so that few answers carry a cookie. */
export const SESSION_RENEWED_AFTER_MS = 1 * HOUR_MS;
/** A code is on its way from a terminal to a browser. */
export const SIGN_IN_CODE_MS = 10 * MINUTE_MS;
/** Wrong tries from one address, as far as one isolate knows: a secret cannot be guessed, so this only spares work. */
export const SIGN_IN_TRIES_A_MINUTE = 10;
/** A form that signs in: a key, and the address of a page. */
export const SIGN_IN_FORM_BYTES = 8 * KIB;
export const SIGN_IN_PLACE_LENGTH = 2048;
/** An assertion of Cloudflare Access: longer than any that it makes. */
export const ACCESS_ASSERTION_LENGTH_MAX = 16 * KIB;
/** Administrators that somebody without a role is told to ask. */
export const ACCESS_ADMINS_NAMED = 3;
/** The certificates of Cloudflare Access are asked for again after so long; for a key that is not among them, at most so often. */
export const ACCESS_CERTIFICATES_MS = 1 * HOUR_MS;
export const ACCESS_CERTIFICATES_AGAIN_MS = 1 * MINUTE_MS;
/** How long somebody waits for them who wants in. */
export const ACCESS_CERTIFICATES_WAIT_MS = 5 * SECOND_MS;
/** Codes that were used are forgotten once they are over, so many with each new one. */
export const SPENT_CODES_PURGED_AT_ONCE = 10;
/** Watchers of one execution; the oldest goes when another one comes. */
export const WATCHERS_MAX = 50;
/** Watchers are told what is new, at most so often. */
export const LIVE_EVERY_MS = 250;
/** Facts that a watcher may have missed; above, a snapshot is shorter than what is new. */
export const LIVE_FACTS_MAX = 2000;
/** Iterations told one by one; of more the letters of all are sent. */
export const LIVE_ITEMS_MAX = 500;
/** How long a watcher's key is known to hold. */
export const WATCHER_CHECKED_MS = 1 * MINUTE_MS;
/** Facts that a view of an execution takes in before other requests have their turn. */
export const PROGRESS_FACTS_AT_ONCE = 5000;
/** Of failures: what is told apart, and how much of each. */
export const FAILURE_GROUPS_MAX = 50;
export const FAILURE_WORKERS_MAX = 500;
export const FAILURE_INDEXES_MAX = 100;
/** Iterations that all of them together keep to tell as runs. */
export const FAILURE_INDEXES_KEPT = 10_000;
export const FAILURE_PATHS_MAX = 10;
export const FAILURE_CAUSE_LENGTH = 256;
/** The path of the step that an execution failed by, in lists; they leave out a longer one. */
export const FAILED_STEP_BYTES = 400;
/** An input or output in a snapshot, which whoever watches reads first: of a larger one it has a reference. */
export const SNAPSHOT_VALUE_SIZE = 4 * 1024;
/** Characters of what a condition of a choice saw. */
export const SEEN_VALUE_LENGTH = 256;
/** Items of a foreach that one question for some of them looks through. */
export const ITEMS_SEARCHED_MAX = 20_000;
/** Of a timeline: lanes that are shown, the worst first; those that are drawn before that is known; and its pixels. */
export const TIMELINE_LANES_MAX = 50;
export const TIMELINE_LANES_KEPT = 500;
export const TIMELINE_WIDTH_MAX = 2000;
export const TIMELINE_WIDTH_DEFAULT = 800;
/** Of a flow's statistics: executions that are looked at, the newest, errors that are told, and executions that took longest. */
export const STATS_LOOKED_AT_MAX = 10_000;
export const STATS_ERRORS_TOLD = 10;
export const STATS_SLOWEST_TOLD = 5;
/** How full a queue was is told by minutes of so long a time, of more by tens of minutes; a row a day is kept, so many. */
export const DEPTH_FINE_MS = 3 * HOUR_MS;
export const DEPTH_STEP_MS = 10 * MINUTE_MS;
export const DEPTH_DAYS_KEPT = 7;
/** Messages of a queue that are shown to who does not take them. */
export const PEEK_MAX = 20;
/** Executions that are looked at in one call: each costs a request to its flow's object. */
export const PEEKED_EXECUTIONS_MAX = 8;
/** So long, and of so many, is known which object a running execution has: until then a look costs one request. */
export const PEEKED_KNOWN_MS = 1 * MINUTE_MS;
export const PEEKED_KNOWN_MAX = 5000;
/** What a queue keeps of each worker, in the row that it has anyway: verdicts, a letter each, and tasks, newest last. */
export const WORKER_VERDICTS_KEPT = 20;
export const WORKER_TASKS_KEPT = 50;
/** Of these tasks as JSON: a hundred workers share a row, and a row of the platform has 2 MB. */
export const WORKER_TASKS_BYTES = 6000;
/** Hours in which its tasks are counted. */
export const WORKER_HOURS_KEPT = 24;
/** Processes of one name that are shown together: those that called last. */
export const WORKER_PROCESSES_SHOWN_MAX = 20;
/** Of an error that a worker reported. */
export const WORKER_ERROR_LENGTH = 128;
/** A worker fails when its last tasks all failed, or half of the verdicts that are kept. */
export const WORKER_FAILING_IN_A_ROW = 5;
/** It is slow when its median is more than so many times its queue's, and so much longer; of fewer tasks nobody can tell. */
export const WORKER_SLOW_TIMES = 2;
export const WORKER_SLOW_BY_MS = 1000;
export const WORKER_SLOW_TASKS_MIN = 5;

// ---- The board -------------------------------------------------------------------------------------------------
/** What it keeps of a source besides its lists, and of an execution or a worker. */
export const BOARD_DIGEST_BYTES = 2 * KIB;
export const BOARD_ENTRY_BYTES = 1 * KIB;
/** Of a list of what a source tells, besides executions: workers, schedules, problems. */
export const BOARD_LIST_BYTES = 64 * KIB;
/** Of these, in bytes: a description and a cause, as far as they are told. */
export const BOARD_DESCRIPTION_BYTES = 256;
export const BOARD_CAUSE_BYTES = 256;
/** Executions of one flow that are told: its newest, and the newest of those that failed or took too long. */
export const BOARD_FLOW_NEWEST = 100;
export const BOARD_FLOW_UNWELL = 100;
/** Executions of all flows together: the newest. */
export const BOARD_EXECUTIONS_MAX = 5000;
/** Of a flow: the last ends, hours of ends, durations that its percentiles are of, and failures that nobody made good. */
export const BOARD_ENDS_TOLD = 10;
export const BOARD_HOURS_TOLD = 36;
export const BOARD_DURATIONS_KEPT = 50;
export const BOARD_FAILURES_TOLD = 3;
/** Schedules of a shard that a search finds, by name. */
export const BOARD_SCHEDULES_TOLD = 500;
/** Of a shard of schedules: the soonest starts, and schedules that somebody has to look after, of the last 36 hours. */
export const BOARD_NEXT_TOLD = 20;
export const BOARD_PROBLEMS_TOLD = 100;
export const BOARD_PROBLEM_MS = 36 * HOUR_MS;
/** Processes of a queue's workers that are told: those that somebody should look at first. */
export const BOARD_WORKERS_TOLD = 100;
/** A message that nobody took for so long needs somebody. */
export const BOARD_OLD_MESSAGE_MS = 15 * MINUTE_MS;
/** From this share of a limit on somebody is told of it. */
export const BOARD_NEAR_LIMIT = 0.8;
/** What needs somebody: the newest. */
export const BOARD_NEEDS_MAX = 500;
/** Of an id of these. */
export const NEED_ID_LENGTH = 1024;
/** Acknowledgements of these that are kept, the newest, and for how long. */
export const ACKNOWLEDGED_MAX = 200;
export const ACKNOWLEDGED_MS = 30 * DAY_MS;
/** The board asks each source for a pause so long that it is told about so often a second, whatever there is to tell. */
export const BOARD_TELLINGS_A_SECOND = 50;
export const BOARD_PAUSE_MIN_MS = 30 * SECOND_MS;
export const BOARD_PAUSE_MAX_MS = 10 * MINUTE_MS;
/** The pause of a source that was silent: so many tellings after each other, and one more with each such time. */
export const BOARD_PAUSE_QUICK_MS = 2 * SECOND_MS;
export const BOARD_QUICK_TELLINGS = 5;
export const BOARD_QUICK_EVERY_MS = 2 * MINUTE_MS;
/** A queue's pause when somebody changed something about it, and waits to see it. */
export const BOARD_HURRY_MS = 5 * SECOND_MS;
/** Clocks of two objects are apart by so much at the most: what is told seems to come from so far ahead. */
export const BOARD_CLOCK_MS = 1 * SECOND_MS;
/** Sources that the board asks within a minute when it asks around. */
export const BOARD_ASKED_A_TICK = 100;
/** How often it asks those that moved lately: what a lost telling left wrong is right again within an hour. */
export const BOARD_ROUND_EVERY_MS = 30 * MINUTE_MS;
/** Who told nothing for so long, and has nothing running, is not asked. */
export const BOARD_RESTLESS_MS = 2 * HOUR_MS;
/** Names of flows, or queues, of which there is more than the board keeps, the first by name. */
export const BOARD_CUT_NAMES_TOLD = 100;
/** Names that one search finds, of each kind. */
export const BOARD_FOUND_MAX = 10;
