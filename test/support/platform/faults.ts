/** How often what goes wrong. All are probabilities of one event, but `latencyMs`, the most a call may take. */
export interface Faults {
  readonly latencyMs: number;
  /** A call reaches its object, but the object dies before it answers. */
  readonly dieBeforeAnswer: number;
  /** A call does not reach its object. */
  readonly lostCall: number;
  readonly lostTransport: number;
  readonly repeatedTransport: number;
  readonly slowTransport: number;
  /** An alarm does not ring: the next Cron Trigger or call must heal it. */
  readonly lostAlarm: number;
  /** An alarm rings once more, up to seconds later. */
  readonly repeatedAlarm: number;
  /** The Cron Trigger does not come, or comes twice in its minute. */
  readonly lostTick: number;
  readonly repeatedTick: number;
}

export const NO_FAULTS: Faults = {
  latencyMs: 3,
  dieBeforeAnswer: 0,
  lostCall: 0,
  lostTransport: 0,
  repeatedTransport: 0,
  slowTransport: 0,
  lostAlarm: 0,
  repeatedAlarm: 0,
  lostTick: 0,
  repeatedTick: 0,
};
