/** What goes over the wire, in `POST /v1/queues/{queue}/work`; a test holds it to the contract. */

export interface TaskOnWire {
  readonly token: string;
  readonly flow?: string;
  readonly execution?: string;
  readonly step?: string;
  readonly attempt?: number;
  readonly remainingSeconds?: number;
  readonly heartbeatSeconds?: number;
  /** A beat must be accepted before the work begins, so that it begins at most once. */
  readonly confirm?: boolean;
}

export interface MessageOnWire {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly dequeueCount: number;
  readonly leaseSeconds?: number;
  readonly task?: TaskOnWire;
}

export interface ReportOnWire {
  readonly token: string;
  readonly receipt?: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly log?: string;
}

export interface BeatOnWire {
  readonly receipt: string;
  readonly progress?: unknown;
  /** The end of what was written so far. */
  readonly log?: string;
  /** The lease alone, no sign of life. */
  readonly alive?: false;
}

export interface About {
  readonly version: string;
  readonly host: string;
  readonly os: string;
  readonly pid: number;
  readonly slots: number;
  readonly startedAt: string;
}

export interface WorkRequest {
  readonly reports: readonly ReportOnWire[];
  readonly beats: readonly BeatOnWire[];
  readonly release: readonly { readonly receipt: string; readonly delaySeconds?: number }[];
  readonly bury: readonly { readonly receipt: string; readonly reason: string }[];
  readonly delete: readonly string[];
  readonly max: number;
  readonly waitSeconds: number;
  readonly leaseSeconds: number;
  readonly worker: string;
  readonly session: string;
  readonly about?: About;
  readonly bye?: true;
  readonly takesOver?: string;
}

export type VerdictOnWire =
  | { readonly ok: true; readonly leaseSeconds?: number }
  | { readonly ok: false; readonly code: string; readonly detail: string };

export interface WorkAnswer {
  readonly verdicts: readonly VerdictOnWire[];
  readonly beats?: readonly VerdictOnWire[];
  readonly refused?: readonly {
    readonly list: string;
    readonly position: number;
    readonly code: string;
    readonly detail: string;
  }[];
  readonly messages: readonly MessageOnWire[];
  readonly stop?: readonly { readonly receipt: string; readonly code: string }[];
  readonly drain?: boolean;
  readonly notices?: readonly string[];
}

/** What is told over a socket: as by an answer, with its number, and the id of what it answers if it does. */
export interface FrameToWorker extends Partial<WorkAnswer> {
  readonly nr: number;
  readonly id?: number;
  readonly error?: { readonly code: string; readonly detail: string };
}

/** What came of a call. */
export type Outcome<T> =
  | { readonly kind: "answer"; readonly answer: T }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly code: string;
      readonly detail: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: "unreachable"; readonly reason: string };
