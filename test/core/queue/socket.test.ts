import { describe, expect, test } from "vitest";
import {
  type FrameWishes,
  NEW_SOCKET,
  type Socket,
  give,
  hear,
  isBehind,
  mayTake,
  tell,
} from "../../../src/core/queue/socket.ts";
import {
  SOCKET_CREDITS_MAX,
  SOCKET_MESSAGES_MAX,
  SOCKET_UNSEEN_ANSWERS_MAX,
  SOCKET_UNSEEN_MAX,
} from "../../../src/core/socket-limits.ts";

const NOTHING: FrameWishes = { seen: 0, take: 0, bye: false };

function heard(socket: Socket, frame: Partial<FrameWishes>): Socket {
  const outcome = hear(socket, { ...NOTHING, ...frame });
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.socket;
}

function told(socket: Socket, times: number): Socket {
  return Array.from({ length: times }).reduce<Socket>((before) => tell(before), socket);
}

describe("a worker's socket", () => {
  test("gives as many messages as it was asked for, at most so many with one frame", () => {
    const asked = heard(NEW_SOCKET, { id: 1, take: SOCKET_MESSAGES_MAX + 3 });
    expect(mayTake(NEW_SOCKET)).toBe(0);
    expect(mayTake(asked)).toBe(SOCKET_MESSAGES_MAX);
    const later = tell(give(asked, SOCKET_MESSAGES_MAX));
    expect(mayTake(later)).toBe(3);
    expect(mayTake(give(later, 3))).toBe(0);
  });

  test("counts a frame that comes again once", () => {
    const once = heard(NEW_SOCKET, { id: 7, take: 2 });
    expect(heard(once, { id: 7, take: 2 })).toEqual(once);
    expect(heard(once, { id: 3, take: 5 })).toEqual(once);
    expect(mayTake(heard(once, { id: 8, take: 1 }))).toBe(3);
  });

  test("gives nothing more to who does not read what there is, and goes on when it was seen", () => {
    const asked = told(heard(NEW_SOCKET, { id: 1, take: 100 }), SOCKET_UNSEEN_MAX);
    expect(mayTake(asked)).toBe(0);
    expect(mayTake(heard(asked, { seen: 1 }))).toBe(SOCKET_MESSAGES_MAX);
    // What was seen stays seen.
    expect(heard(heard(asked, { seen: 3 }), { seen: 1 }).seen).toBe(3);
  });

  test("is behind when it asks on and on, and reads no answer", () => {
    expect(isBehind(told(NEW_SOCKET, SOCKET_UNSEEN_ANSWERS_MAX))).toBe(false);
    expect(isBehind(told(NEW_SOCKET, SOCKET_UNSEEN_ANSWERS_MAX + 1))).toBe(true);
  });

  test("gives nothing after a goodbye", () => {
    const gone = heard(heard(NEW_SOCKET, { id: 1, take: 5 }), { id: 2, bye: true });
    expect(mayTake(gone)).toBe(0);
    expect(mayTake(heard(gone, { id: 3, take: 5 }))).toBe(0);
  });

  test("refuses what cannot be, and says where", () => {
    expect(hear(NEW_SOCKET, { ...NOTHING, seen: 1 })).toMatchObject({
      code: "InvalidFrame",
      detail: expect.stringMatching(/^seen: .* 1, .* 0$/),
    });
    const asked = heard(NEW_SOCKET, { id: 1, take: SOCKET_CREDITS_MAX });
    expect(hear(asked, { ...NOTHING, id: 2, take: 1 })).toMatchObject({
      code: "InvalidFrame",
      detail: expect.stringMatching(/^take: /),
    });
  });
});
