import { board, palette } from "./board.ts";
import { callbackWords } from "./callbacks.ts";
import { common } from "./common.ts";
import { dead } from "./dead.ts";
import { depths } from "./depths.ts";
import { fan } from "./fan.ts";
import { doctor } from "./doctor.ts";
import { editor } from "./editor.ts";
import { executionParts } from "./execution-parts.ts";
import { executions } from "./executions.ts";
import { flowParts } from "./flow-parts.ts";
import { machines } from "./machines.ts";
import { needs } from "./needs.ts";
import { overview } from "./overview.ts";
import { pauses } from "./pauses.ts";
import { redrive } from "./redrive.ts";
import { resources } from "./resources.ts";
import { serviceWords } from "./service.ts";
import { topicWords } from "./topics.ts";
import { weekWords } from "./week.ts";

/** Every text of the console, in English; the other language has the same keys. */
export const en = {
  ...common,
  ...callbackWords,
  fan,
  doctor,
  editor,
  ...executionParts,
  ...executions,
  board,
  palette,
  dead,
  ...depths,
  ...flowParts,
  ...machines,
  needs,
  overview,
  pauses,
  redrive,
  ...resources,
  ...serviceWords,
  ...topicWords,
  ...weekWords,
};

/** What every language has. */
export type Words = typeof en;
