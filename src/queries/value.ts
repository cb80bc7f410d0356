import { maskTokensIn } from "../auth/task-token.ts";
import type { Execution } from "../core/engine/contract.ts";
import type { ExecutionStore } from "../core/engine/kept/store.ts";
import { startInput } from "../core/engine/state/navigation.ts";
import { readHistory } from "../core/history/page.ts";
import type { TokenMark } from "../core/history/render.ts";
import { type Json, own } from "../core/json.ts";
import { jsonPieces } from "../core/json-text.ts";
import type { StepView } from "../core/execution-views.ts";
import { readStep } from "./steps.ts";

/** What a reference names (`ValueReference` has the forms); undefined when it names nothing. */
export function findValue(
  execution: Execution,
  store: ExecutionStore,
  ref: string,
  mark: TokenMark,
): Json | undefined {
  const { output } = execution.state.head;
  if (ref === "input") return startInput(execution);
  if (ref === "output") return output && execution.context.values.unpack(output);
  const [, id, detail = ""] = /^([1-9]\d{0,14})\.(\w+)$/.exec(ref) ?? [];
  if (id !== undefined) {
    const { events } = readHistory(execution, store, { after: Number(id) - 1, limit: 1 }, mark);
    return events[0] && own(events[0].detail, detail);
  }
  const [, path, field = ""] = /^(.+)#(input|local|output|item)$/.exec(ref) ?? [];
  const step = path === undefined ? undefined : readStep(execution, store, path, mark);
  return step && STEP_FIELDS[field]?.(step);
}

const STEP_FIELDS: Readonly<Record<string, (step: StepView) => Json | undefined>> = {
  input: ({ input }) => input,
  local: ({ local }) => local,
  output: ({ output }) => output,
  item: ({ item }) => item,
};

const CHUNK_LENGTH = 64 * 1024;

/** A value's JSON text with marks in the place of task tokens: no piece of it ends inside of one. */
export function streamJson(value: Json): ReadableStream<Uint8Array> {
  const pieces = jsonPieces(value);
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      let text = "";
      while (text.length < CHUNK_LENGTH) {
        const { done, value: piece } = pieces.next();
        if (done) break;
        text += piece;
      }
      if (text !== "") controller.enqueue(encoder.encode(maskTokensIn(text)));
      else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}
