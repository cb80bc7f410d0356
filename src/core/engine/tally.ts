import { innerKind } from "../fdl/inner-lists.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { ExecutionState, FailedStep, Frame, HeadRecord } from "./state/execution-state.ts";
import type { ItemCounts } from "./state/item-counts.ts";
import { addressOf, openStep, ownerOf } from "./state/navigation.ts";

/** What an execution's head tells of its items and of what failed: counted as facts are applied, so that nobody has to read them for it. */

/** A foreach begins, or one of its iterations is over. Those inside an iteration are a part of it, and not counted. */
export function countItems(state: ExecutionState, foreach: FrameAddress, items: Partial<ItemCounts>): void {
  const { head } = state;
  // Of what began before this was counted only a part would be told.
  if ((!head.items && !items.total) || isInIteration(state, foreach)) return;
  head.items = sumOf(head.items, items);
}

/** Items that come again no longer count. */
export function uncountItems(head: HeadRecord, { total, succeeded, failed, skipped = 0 }: ItemCounts): void {
  head.items = sumOf(head.items, {
    total: -total,
    succeeded: -succeeded,
    failed: -failed,
    skipped: -skipped,
  });
}

function sumOf(before: ItemCounts | undefined, added: Partial<ItemCounts>): ItemCounts {
  const sum = (key: keyof ItemCounts) => (before?.[key] ?? 0) + (added[key] ?? 0);
  const counts = { total: sum("total"), succeeded: sum("succeeded"), failed: sum("failed") };
  const isSkipping = before?.skipped !== undefined || (added.skipped ?? 0) !== 0;
  return { ...counts, ...(isSkipping && { skipped: sum("skipped") }) };
}

/** A step failed in a frame, which stands as it did before: what becomes of it is that it is caught, visited again, or told above. */
export function noteFailure(state: ExecutionState, frame: Frame, way: "caught" | "again" | "up"): void {
  const { phase } = frame;
  const ended = phase.is === "settled" && phase.iterations;
  if (ended && openStep(state, frame).type === "foreach") {
    const [total, , succeeded, failed = 0, skipped = 0] = ended;
    if (way === "caught") countItems(state, frame.address, { failed: 1 });
    if (way === "again")
      countItems(state, frame.address, {
        total: -total,
        succeeded: -succeeded,
        failed: -failed,
        skipped: -skipped,
      });
  }
  // What failed inside a control step was noted there.
  if (way !== "up" || (phase.is === "settled" && innerKind(openStep(state, frame)) !== undefined)) return;
  const worker = phase.is === "settled" ? phase.worker : undefined;
  const isItem = isInIteration(state, frame.address);
  state.head.failedStep = {
    path: addressOf(state, frame).text,
    ...(worker !== undefined && { worker }),
    ...(isItem && { isItem }),
  };
}

/** A foreach failed by more than it tolerates: its items were counted as they failed. */
export function noteFailedFan(state: ExecutionState, frame: Frame): void {
  const isItem = isInIteration(state, frame.address);
  state.head.failedStep = { path: addressOf(state, frame).text, ...(isItem && { isItem }) };
}

/** The counts as they are shown, with the item that ended it all where one did; undefined without any foreach. */
export function itemsOf({ items, failedStep, status, openIterations }: HeadRecord): ItemCounts | undefined {
  if (!items) return undefined;
  const { total, succeeded, failed, skipped = 0 } = items;
  if (status === "Running")
    return { ...items, running: Math.min(openIterations, total - succeeded - failed - skipped) };
  return status === "Failed" && failedStep?.isItem === true ? { ...items, failed: failed + 1 } : items;
}

/** The step that an execution failed by, and who did the work, if he named himself. */
export function failedStepOf({ failedStep, status }: HeadRecord): FailedStep | undefined {
  if (status !== "Failed" || !failedStep) return undefined;
  const { path, worker } = failedStep;
  return { path, ...(worker !== undefined && { worker }) };
}

function isInIteration(state: ExecutionState, address: FrameAddress): boolean {
  const owner = ownerOf(state, address);
  return owner !== undefined && (owner.phase.is === "foreach" || isInIteration(state, owner.address));
}
