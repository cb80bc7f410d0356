import { beforeEach, expect, test } from "vitest";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import type { OnlyIf } from "../../../src/core/schedule/preconditions.ts";
import type { Nonce } from "../../../src/core/durable/nonces.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

let machine: ScheduleMachine;
let now: number;

beforeEach(() => {
  machine = new ScheduleMachine(new MemoryCells());
  now = Date.UTC(2026, 10, 23);
});

function put(cron: string, more: { only?: OnlyIf; nonce?: Nonce } = {}) {
  now += 1000;
  return machine.handle({ type: "putSchedule", flow: "flow", name: "nightly", spec: { cron }, ...more }, now);
}

function remove(nonce?: Nonce) {
  return machine.handle(
    { type: "deleteSchedule", flow: "flow", name: "nightly", ...(nonce && { nonce }) },
    now,
  );
}

function nonceOf(request: string, id = "n"): Nonce {
  return { id, at: Date.UTC(2026, 10, 23), request };
}

function stand(): OnlyIf {
  const schedule = machine.get("flow", "nightly");
  if (!schedule) throw new Error("there is no schedule");
  return schedule;
}

test("a schedule is written only as it was read, or only when there is none, where that is asked for", () => {
  expect(put("0 0 * * *", { only: { createdAt: 1, updatedAt: 1 } })).toMatchObject({
    code: "ScheduleNotExists",
  });
  expect(put("0 0 * * *", { only: "none" })).toMatchObject({ created: true });
  expect(put("0 0 * * *", { only: "none" })).toMatchObject({ code: "ScheduleAlreadyExists" });
  const read = stand();
  expect(put("0 1 * * *", { only: read })).toMatchObject({ ok: true, created: false });
  expect(put("0 2 * * *", { only: read })).toMatchObject({ code: "ConcurrentUpdateError" });
});

test("a signed change is made once, and again only for the same request", () => {
  const first = { only: "none", nonce: nonceOf("r") } as const;
  expect(put("0 0 * * *", first)).toMatchObject({ created: true });
  expect(put("0 0 * * *", first)).toMatchObject({ ok: true });
  expect(put("0 0 * * *", { nonce: nonceOf("replay") })).toMatchObject({ code: "SignatureNonceUsed" });
  expect(remove(nonceOf("d", "delete"))).toEqual({ ok: true });
  expect(remove(nonceOf("d", "delete"))).toEqual({ ok: true });
  put("0 0 * * *");
  expect(remove(nonceOf("replay", "delete"))).toMatchObject({ code: "SignatureNonceUsed" });
  expect(machine.get("flow", "nightly")).toBeDefined();
});
