/** Bounds of the runner, each with its reason; `README.md` tells those that somebody may run into. */

export const SLOTS_MAX = 1000;
export const BATCH_MAX = 100;
export const LEASE_SECONDS_DEFAULT = 60;
export const LEASE_SECONDS_MIN = 15;
export const LEASE_SECONDS_MAX = 3600;
/** A third of a lease is gone when it is extended, so that two calls may fail before it is over. */
export const BEATS_PER_LEASE = 3;
/** Of a step's `heartbeatSeconds`: one call may fail. */
export const BEATS_PER_HEARTBEAT = 2;
export const POLL_SECONDS_MAX = 30;
/** What the network may add to a wait before a call counts as lost. */
export const CALL_EXTRA_MS = 15_000;
export const MESSAGES_PER_CALL = 100;
export const ENTRIES_PER_CALL = 100;
/** Of the reports in one call; the service takes 16 MiB. */
export const REPORTS_BYTES = 4 * 1024 * 1024;
/** Of one frame over a socket, in characters: what is longer goes by a call. */
export const FRAME_LENGTH = 1024 * 1024;
export const CREDITS_MAX = 1000;
/** Receipts that are told when a socket opens; who holds more leaves what did not arrive to its lease. */
export const HOLDS_MAX = 1000;
export const CONNECT_MS = 5000;
/** A frame is answered at once. */
export const FRAME_ANSWER_MS = 15_000;
/** Frames that came and were not confirmed: after four no messages come. */
export const UNCONFIRMED_MAX = 2;
/** What is confirmed rides with what is said within a moment anyway. */
export const CONFIRM_MS = 20;
/** So long after the last word a socket is asked whether it lives, and so long after that it is taken for dead. */
export const PING_MS = 30_000;
export const PONG_MS = 15_000;
/** A worker that only waits says so each hour, or its queue would forget it. */
export const HERE_MS = 3_600_000;
/** Before a socket is tried again: doubled while it does not last. */
export const RECONNECT_FIRST_MS = 1000;
export const RECONNECT_MAX_MS = 300_000;
export const SOCKET_LASTS_MS = 60_000;
/** Where none opened there is none for a while, most likely. */
export const NO_SOCKET_MS = 30_000;
/** What finishes while a batch is being done goes together: a call for each task of a millisecond would cost more than it. */
export const GATHER_MS = 10;

export const OUTPUT_BYTES = 256 * 1024;
export const PROGRESS_BYTES = 4 * 1024;
export const ERROR_LENGTH = 128;
export const CAUSE_LENGTH = 2000;
/** Of the trace of what a handler threw. */
export const TRACE_LINES = 20;
/** The first and the last of what a task said are kept. */
export const TAIL_HEAD_BYTES = 4 * 1024;
export const TAIL_BYTES = 16 * 1024;
export const TAIL_OF_SUCCESS_BYTES = 2 * 1024;
/** What goes with a sign of life; the service keeps no more of it. */
export const TAIL_OF_BEAT_BYTES = 4 * 1024;
/** Of lines that nobody has read yet: more are dropped and counted, since a slow reader must not hold a command up. */
export const UNREAD_BYTES = 1024 * 1024;
/** A line longer than this is passed on in parts. */
export const LINE_BYTES = 64 * 1024;
/** A child in the background that keeps stdout open costs this much. */
export const PIPES_AFTER_END_MS = 1000;
export const KILL_AFTER_SECONDS = 10;
export const GIVE_BACK_SECONDS = 60;

export const BACKOFF_FIRST_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
export const REFUSED_KEY_MS = 60_000;
export const MISSING_QUEUE_MS = 30_000;
export const RETRY_AFTER_MIN_MS = 1000;
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** Signals that come together count as one: a terminal tells a whole group, and each parent its child once more. */
export const SIGNALS_TOGETHER_MS = 100;
/** What is unreported when a runner is told to end at once gets one more try of this length. */
export const LAST_TRY_MS = 5000;
/** Of reports that wait for the service on disk: the oldest give way. */
export const KEPT_REPORTS_BYTES = 64 * 1024 * 1024;
/** How often a thread that is not busy says what it holds; another takes it for busy after three times that. */
export const GUARD_TELLS_MS = 500;
export const GUARD_PATIENCE_MS = 1500;
export const GUARD_LOOKS_MS = 250;
export const CLOCK_OFF_MS = 60_000;
export const ONCE_WAIT_SECONDS = 30;
/** Empty answers in a row after which `--drain` takes a queue for empty. */
export const EMPTY_ANSWERS = 2;
