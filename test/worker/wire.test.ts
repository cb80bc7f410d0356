/** The runner stands by itself, and so has its own words for what goes over the wire: they are the contract's. */
import { expect, test } from "vitest";
import type * as z from "zod";
import {
  beatEntry,
  buryEntry,
  queueFailure,
  queueSuccess,
  releaseEntry,
  workAnswer,
  workBody,
} from "../../src/http/contract/queues.ts";
import { frameToWorker, workerFrame } from "../../src/http/contract/connect.ts";
import type {
  BeatOnWire,
  FrameToWorker,
  ReportOnWire,
  WorkAnswer,
  WorkRequest,
} from "../../src/worker/wire.ts";

/** Without `undefined` as a value of its own: JSON has none. */
type AsJson<T> = T extends readonly (infer E)[]
  ? readonly AsJson<E>[]
  : T extends object
    ? { readonly [K in keyof T]: AsJson<Exclude<T[K], undefined>> }
    : T;

/** It compiles as long as the runner reads no more into an answer than the service promises. */
const read = (answer: AsJson<z.output<typeof workAnswer>>): WorkAnswer => answer;
const readFrame = (frame: AsJson<z.output<typeof frameToWorker>>): FrameToWorker => frame;

const beat: Required<BeatOnWire> = { receipt: "r", progress: { done: 1 }, log: "said", alive: false };
const told = { token: "t", receipt: "r", log: "said" };
const success: Required<Omit<ReportOnWire, "error" | "cause">> = { ...told, output: { a: 1 } };
const failed: Required<Omit<ReportOnWire, "output">> = { ...told, error: "Exit.1", cause: "why" };
const request: Required<WorkRequest> = {
  reports: [success, failed],
  beats: [beat],
  release: [{ receipt: "r", delaySeconds: 1 }],
  bury: [{ receipt: "r", reason: "no JSON" }],
  delete: ["r"],
  max: 1,
  waitSeconds: 1,
  leaseSeconds: 60,
  worker: "north",
  session: "s",
  about: { version: "1", host: "h", os: "linux", pid: 1, slots: 1, startedAt: "2026-01-01T00:00:00.000Z" },
  bye: true,
  takesOver: "s",
};

test("the contract knows every word that the runner says", () => {
  expect(workBody.parse(request)).toEqual(request);
  expect(beatEntry.parse(beat)).toEqual(beat);
  expect(queueSuccess.parse(success)).toEqual(success);
  expect(queueFailure.parse(failed)).toEqual(failed);
  for (const entry of request.release) expect(releaseEntry.parse(entry)).toEqual(entry);
  for (const entry of request.bury) expect(buryEntry.parse(entry)).toEqual(entry);
});

test("the runner knows what the contract answers with", () => {
  const refusal = { ok: false, code: "TaskOver", detail: "over" } as const;
  const answer: Required<Parameters<typeof read>[0]> = {
    verdicts: [{ ok: true }, refusal],
    beats: [{ ok: true, leaseSeconds: 60 }, refusal],
    refused: [{ list: "bury", position: 0, code: "InvalidRequest", detail: "odd" }],
    messages: [],
    stop: [{ receipt: "r", code: "TaskOver" }],
    drain: true,
    notices: ["NameShared", "TellAbout"],
  };
  expect(workAnswer.parse(read(answer))).toEqual(answer);
});

test("the contract knows what a frame over a socket says, and the runner what it is told there", () => {
  const { max: _, waitSeconds: __, leaseSeconds: ___, worker: ____, session: _____, ...said } = request;
  const frame = { id: 1, seen: 2, take: 3, holds: ["r"], ...said };
  expect(workerFrame.parse(frame)).toEqual(frame);
  const answer = { nr: 1, id: 1, error: { code: "InvalidFrame", detail: "take: must be a number" } };
  expect(frameToWorker.parse(readFrame(answer))).toEqual(answer);
});
