import type { ExecutionStore } from "../../src/core/engine/kept/store.ts";
import { CHANGE_CASES } from "./engine-changes.ts";
import { CONTROL_CASES } from "./engine-control.ts";
import { DATA_CASES } from "./engine-data.ts";
import { FAILURE_CASES } from "./engine-failures.ts";
import { FAN_OUT_CASES } from "./engine-fan-out.ts";
import { MIXUP_CASES } from "./engine-mixups.ts";
import { REDRIVE_CASES } from "./engine-redrive.ts";
import { REDRIVE_BACK_CASES } from "./engine-redrive-back.ts";
import { REDRIVE_VERSION_CASES } from "./engine-redrive-version.ts";
import { SIZE_CASES } from "./engine-sizes.ts";

/** What an execution promises, whatever it is kept in: run on the memory store and on an object's SQL. */
export interface EngineCase {
  readonly name: string;
  /** `fresh` gives an empty store each time, and ends the one before. */
  run(store: ExecutionStore, fresh: () => ExecutionStore): void;
}

/** Those whose values are not of many megabytes, for whoever compares all there is after each command. */
export const LIGHT_CASES: readonly EngineCase[] = [
  ...DATA_CASES,
  ...FAN_OUT_CASES,
  ...FAILURE_CASES,
  ...CONTROL_CASES,
  ...MIXUP_CASES,
  ...REDRIVE_CASES,
  ...REDRIVE_BACK_CASES,
  ...REDRIVE_VERSION_CASES,
  ...CHANGE_CASES,
];

export const ENGINE_CASES: readonly EngineCase[] = [...LIGHT_CASES, ...SIZE_CASES];
