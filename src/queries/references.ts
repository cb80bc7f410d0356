import { TOKEN_LENGTH_MAX, maskTokensIn } from "../auth/task-token.ts";
import type { Abridge } from "../core/history/page.ts";
import type { PageEntry } from "../core/page-budget.ts";
import { type Json, jsonSize } from "../core/json.ts";
import { jsonStart } from "../core/json-text.ts";
import { PREVIEW_LENGTH, SHOWN_VALUE_SIZE } from "../core/limits.ts";
import type { ExecutionHead, StepView, ValueReference } from "../core/execution-views.ts";

/** The fields of heads, steps and events that can be large. */
const FIELDS = ["input", "local", "output", "item", "warnings"] as const;
type Field = (typeof FIELDS)[number];

type Values<V> = { readonly [F in Field]?: V | undefined };
type Shown<V> = { [F in Field]?: V } & { [F in Field as `${F}Value`]?: ValueReference };

/** Those that are small, and references to the others, with the bytes of what is referred to. */
function refer<V extends Json>(values: Values<V>, valueSize: number, refOf: (field: Field) => string) {
  const shown: Shown<V> = {};
  let bytes = 0;
  for (const field of FIELDS) {
    const value = values[field];
    if (value === undefined) continue;
    if (jsonSize(value, valueSize) > valueSize) {
      const reference = referenceTo(value, refOf(field));
      shown[`${field}Value`] = reference;
      bytes += reference.bytes;
    } else shown[field] = value;
  }
  return { shown, bytes };
}

function referenceTo(value: Json, ref: string): ValueReference {
  // A token that begins in the preview is known as one by its end.
  const start = maskTokensIn(jsonStart(value, PREVIEW_LENGTH + 2 * TOKEN_LENGTH_MAX));
  return { ref, bytes: jsonSize(value), preview: start.slice(0, PREVIEW_LENGTH).toWellFormed() };
}

/** A head with references to what is larger than `valueSize`. */
export function abridgeHead(head: ExecutionHead, valueSize: number): ExecutionHead {
  const { input, output, ...rest } = head;
  const { shown, bytes } = refer({ input, output }, valueSize, (field) => field);
  return bytes === 0 ? head : { ...rest, ...shown };
}

const WITHOUT_DETAIL: Abridge = (event) => ({ entry: { ...event, detail: {} }, lookedAt: 0 });

/** How events are shown: with references to what is larger than `valueSize`; without it their details are left out. */
export function abridgeEvents(valueSize: number | undefined): Abridge {
  if (valueSize === undefined) return WITHOUT_DETAIL;
  return (event) => {
    const { input, local, output, warnings, ...rest } = event.detail;
    const values = { input, local, output, warnings };
    const { shown, bytes } = refer(values, valueSize, (field) => `${event.eventId}.${field}`);
    // Clients compare details: where nothing is left out, keys keep their order.
    const entry = bytes === 0 ? event : { ...event, detail: { ...rest, ...shown } };
    return { entry, lookedAt: bytes };
  };
}

export function abridgeStep(step: StepView): PageEntry<StepView> {
  const { input, local, output, item, ...rest } = step;
  const values = { input, local, output, item };
  const { shown, bytes } = refer(values, SHOWN_VALUE_SIZE, (field) => `${step.path}#${field}`);
  return { entry: bytes === 0 ? step : { ...rest, ...shown }, lookedAt: bytes };
}
