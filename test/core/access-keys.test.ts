import { describe, expect, test } from "vitest";
import { type AccessKeyCommand, AccessKeys, FIRST_ADMIN_KEY } from "../../src/core/directory/access-keys.ts";
import { AuditLog } from "../../src/core/directory/audit-log.ts";
import { ACCESS_KEYS_MAX, AUDIT_KEPT_MS } from "../../src/core/limits.ts";
import { Records } from "../../src/core/durable/records.ts";
import { MemoryCells } from "../support/memory-cells.ts";

const create = (id: string, role: "admin" | "viewer" = "viewer"): AccessKeyCommand => ({
  type: "createKey",
  key: { id, role, createdBy: "mradmin1" },
});

function keysAfter(...commands: AccessKeyCommand[]) {
  const keys = new AccessKeys(new Records(new MemoryCells()));
  const outcomes = commands.map((command) => keys.handle(command, 1000));
  return { keys, last: outcomes.at(-1) };
}

describe("access keys", () => {
  test("the first admin key is there without having been made", () => {
    const { keys } = keysAfter();
    expect(keys.all()).toEqual([FIRST_ADMIN_KEY]);
    expect(keys.holder("mradmin1", 0)).toEqual(FIRST_ADMIN_KEY);
    expect(keys.holder("mradmin2", 0)).toBeUndefined();
  });

  test("a creation that comes twice makes one key", () => {
    const { keys, last } = keysAfter(create("mkone1"), create("mkone1"));
    expect(last).toMatchObject({ ok: true, key: { id: "mkone1" } });
    expect(keys.all().map(({ id }) => id)).toEqual(["mkone1", "mradmin1"]);
  });

  test("a rotated key has a new id; the old one holds for as long as was asked", () => {
    const { keys } = keysAfter(create("mkone1"), { type: "rotateKey", id: "mkone1", graceMs: 500 });
    expect(keys.holder("mkone2", 1000)).toMatchObject({ id: "mkone2", role: "viewer" });
    expect(keys.holder("mkone1", 1499)).toMatchObject({ id: "mkone2" });
    expect(keys.holder("mkone1", 1500)).toBeUndefined();
  });

  test("a rotation that comes twice rotates once; one of an older id is refused", () => {
    const rotate = { type: "rotateKey", id: "mkone1", graceMs: 0 } as const;
    const { keys, last } = keysAfter(create("mkone1"), rotate, rotate);
    expect(last).toMatchObject({ ok: true, key: { id: "mkone2" } });
    keys.handle({ ...rotate, id: "mkone2" }, 2000);
    expect(keys.handle(rotate, 2000)).toMatchObject({
      code: "KeyNotExists",
      detail: expect.stringContaining("mkone3"),
    });
  });

  test("an admin key always remains", () => {
    const disable = (id: string): AccessKeyCommand => ({ type: "setKeyDisabled", id, disabled: true });
    expect(keysAfter(disable("mradmin1")).last).toMatchObject({ code: "LastAdminKey" });
    expect(keysAfter({ type: "deleteKey", id: "mradmin1" }).last).toMatchObject({ code: "LastAdminKey" });
    const { keys, last } = keysAfter(create("mkone1", "admin"), disable("mradmin1"));
    expect(last).toMatchObject({ ok: true, key: { disabled: true } });
    expect(keys.handle({ type: "deleteKey", id: "mkone1" }, 1000)).toMatchObject({ code: "LastAdminKey" });
    expect(keys.handle(disable("mkone1"), 1000)).toMatchObject({ code: "LastAdminKey" });
  });

  test("a deleted key is no key", () => {
    const { keys } = keysAfter(create("mkone1"), { type: "deleteKey", id: "mkone1" });
    expect(keys.holder("mkone1", 1000)).toBeUndefined();
  });

  test("there is a limit", () => {
    const many = Array.from({ length: ACCESS_KEYS_MAX - 1 }, (_, nth) => create(`mkx${nth}y1`));
    expect(keysAfter(...many).last).toMatchObject({ ok: true });
    expect(keysAfter(...many, create("mkone1")).last).toMatchObject({ code: "TooManyKeys" });
  });
});

describe("the audit log", () => {
  const asked = (id: string, accessKeyId = "mradmin1") =>
    ({
      type: "auditAsked",
      entry: { id, accessKeyId, role: "admin", action: "DELETE /v1/flows/{flow}", target: { flow: "f" } },
    }) as const;

  test("tells what was asked, and what came of it", () => {
    const log = new AuditLog(new Records(new MemoryCells()));
    log.handle(asked("a"), 10);
    log.handle({ type: "auditAnswered", id: "a", at: 10, status: 204 }, 12);
    log.handle(asked("b"), 20);
    expect(log.page({ limit: 10 }).items).toMatchObject([
      { id: "b", at: 20 },
      { id: "a", at: 10, status: 204 },
    ]);
    expect(log.page({ limit: 10 }).items[0]).not.toHaveProperty("status");
  });

  test("pages from the newest to the oldest, within times and by key", () => {
    const log = new AuditLog(new Records(new MemoryCells()));
    for (const at of [1, 2, 3, 4]) log.handle(asked(`r${at}`, at % 2 ? "odd1" : "even1"), at);
    const first = log.page({ limit: 2 });
    expect(first.items.map(({ at }) => at)).toEqual([4, 3]);
    const { cursor = "" } = first;
    expect(log.page({ limit: 2, cursor }).items.map(({ at }) => at)).toEqual([2, 1]);
    expect(log.page({ limit: 9, from: 2, to: 4 }).items.map(({ at }) => at)).toEqual([3, 2]);
    expect(log.page({ limit: 9, accessKeyId: "odd1" }).items.map(({ at }) => at)).toEqual([3, 1]);
  });

  test("forgets after 400 days", () => {
    const log = new AuditLog(new Records(new MemoryCells()));
    log.handle(asked("old"), 10);
    log.handle(asked("young"), 20);
    log.handle(asked("new"), 15 + AUDIT_KEPT_MS);
    expect(log.page({ limit: 10 }).items.map(({ id }) => id)).toEqual(["new", "young"]);
  });
});
