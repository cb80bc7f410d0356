import { HEAD } from "./diagnostic-cases.ts";

/** Lists of workers that cannot be asked for, as CASES of diagnostic-cases.ts. */
export const WORKER_LIST_CASES: readonly [name: string, text: string, found: string][] = [
  [
    "a wait for a list of workers",
    `${HEAD}  - {type: task, name: t, action: ▸"millrace:ListWorkers", pattern: sync, serviceParams: {Queue: q}}\n`,
    "UnsupportedResource steps[0].action",
  ],
  [
    "workers of no queue",
    `${HEAD}  - {type: task, name: t, action: "millrace:ListWorkers", serviceParams: ▸{Names: $.names}}\n`,
    "MissingParameter steps[0].serviceParams",
  ],
  [
    "names of workers that are no list",
    `${HEAD}  - {type: task, name: t, action: "millrace:ListWorkers", serviceParams: {Queue: q, Names: ▸north}}\n`,
    "InvalidValue steps[0].serviceParams.Names",
  ],
];
