import { dirname, join } from "node:path";
import { type Document, LineCounter, isNode, parseAllDocuments } from "yaml";
import * as z from "zod";
import { compileDefinition } from "../../../core/fdl/compile.ts";
import { parse } from "../../../core/schema-words.ts";
import { readTimetable } from "../../../core/schedule/timetable/timetable.ts";
import { flowName, name, queueName } from "../../../http/contract/common.ts";
import { putFlowBody } from "../../../http/contract/flows.ts";
import { putQueueBody } from "../../../http/contract/queues.ts";
import { putScheduleBody } from "../../../http/contract/schedules.ts";
import { UsageError } from "../../usage-error.ts";
import { describeDiagnostic } from "../failure.ts";
import { readText } from "../input.ts";
import { nameOfFile } from "./files.ts";

type FlowBody = z.output<typeof putFlowBody>;
type QueueBody = z.output<typeof putQueueBody>;
type ScheduleBody = z.output<typeof putScheduleBody>;

/** What is to be there, and in which file that stands. */
export type Wanted = { readonly file: string } & (
  | { readonly kind: "queue"; readonly name: string; readonly body: QueueBody }
  | { readonly kind: "flow"; readonly name: string; readonly body: FlowBody }
  | { readonly kind: "schedule"; readonly flow: string; readonly name: string; readonly body: ScheduleBody }
);

export interface ReadFiles {
  readonly wanted: readonly Wanted[];
  /** What is wrong, with its place; then nothing may be sent. */
  readonly problems: readonly string[];
}

const RESOURCES = ["queue", "flow", "schedule"] as const;
const kindShape = z.looseObject({ type: z.unknown().optional(), resource: z.unknown().optional() });
const queueFile = putQueueBody.extend({ resource: z.literal("queue"), name: queueName });
const flowFile = putFlowBody.extend({ resource: z.literal("flow"), name: flowName });
const scheduleFile = putScheduleBody.extend({ resource: z.literal("schedule"), flow: flowName, name });

type Read = { readonly wanted: Wanted } | { readonly problems: readonly string[] };

/** One document of a file, with its places. */
interface Part {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Reads files of flows, queues and schedules. All that is wrong with them is told, not the first alone. */
export function readFiles(files: readonly string[]): ReadFiles {
  const read = files.flatMap((file) => readOne(file));
  const wanted = read.flatMap((one) => ("wanted" in one ? [one.wanted] : []));
  const problems = read.flatMap((one) => ("problems" in one ? one.problems : []));
  return { wanted, problems: [...problems, ...twice(wanted)] };
}

function readOne(file: string): Read[] {
  const text = readText(file);
  const lines = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter: lines })];
  return documents
    .filter((document) => document.errors.length > 0 || document.toJS() !== null)
    .map((document) => readPart({ file, text, document, lines }));
}

function readPart(part: Part): Read {
  const [error] = part.document.errors;
  if (error) return wrong(part, error.pos[0], error.message.split("\n", 1)[0]?.replace(/:$/, "") ?? "");
  const value: unknown = part.document.toJS();
  const { type, resource } = kindShape.safeParse(value).data ?? {};
  if (type === "flow") return readDefinition(part);
  if (resource === "queue") return readQueue(part, value);
  if (resource === "flow") return readFlow(part, value);
  if (resource === "schedule") return readSchedule(part, value);
  const given = resource === undefined ? "" : `, not ${JSON.stringify(resource)}`;
  return wrong(
    part,
    0,
    `a definition has type: flow; anything else has resource: ${RESOURCES.join(", ")}${given}`,
  );
}

function wrong({ file, lines }: Part, position: number, message: string): Read {
  const { line, col } = lines.linePos(position);
  return { problems: [`${file}:${line}:${col}: ${message}`] };
}

function readDefinition(part: Part): Read {
  const { file, text, document } = part;
  const named = document.get("name");
  return checkedFlow(file, typeof named === "string" ? named : nameOfFile(file), { definition: text }, file);
}

function checkedFlow(file: string, flow: string, body: FlowBody, place: string): Read {
  const { diagnostics } = compileDefinition(body.definition);
  const problems = diagnostics
    .filter(({ severity }) => severity === "error")
    .map((one) => describeDiagnostic(one, place));
  if (!flowName.safeParse(flow).success)
    problems.push(
      `${file}:1:1: "${flow}" is no name of a flow: give the definition a name, or the file another`,
    );
  return problems.length > 0 ? { problems } : { wanted: { kind: "flow", file, name: flow, body } };
}

/** A definition that begins with a dot is a file beside this one. */
function readFlow(part: Part, value: unknown): Read {
  const read = readShape(part, flowFile, value);
  if (!("data" in read)) return read;
  const { resource: _, name: flow, ...body } = read.data;
  if (!/^\.{1,2}\//.test(body.definition)) return checkedFlow(part.file, flow, body, part.file);
  const place = join(dirname(part.file), body.definition);
  return checkedFlow(part.file, flow, { ...body, definition: readText(place) }, place);
}

function readQueue(part: Part, value: unknown): Read {
  const read = readShape(part, queueFile, value);
  if (!("data" in read)) return read;
  const { resource: _, name: queue, ...body } = read.data;
  return { wanted: { kind: "queue", file: part.file, name: queue, body } };
}

function readSchedule(part: Part, value: unknown): Read {
  const read = readShape(part, scheduleFile, value);
  if (!("data" in read)) return read;
  const { resource: _, flow, name: schedule, ...body } = read.data;
  const { cron, timeZone } = body;
  const timetable = readTimetable({ cron, ...(timeZone !== undefined && { timeZone }) }, Date.now(), "");
  if (!timetable.ok) return wrong(part, positionOf(part, ["cron"]), timetable.detail);
  return { wanted: { kind: "schedule", file: part.file, flow, name: schedule, body } };
}

function readShape<S extends z.ZodType>(
  part: Part,
  shape: S,
  value: unknown,
): { readonly data: z.output<S> } | { readonly problems: readonly string[] } {
  const read = parse(shape, value);
  if (read.success) return { data: read.data };
  const problems = read.error.issues.flatMap(({ path, message }) => {
    const place = path.map(String).join(".");
    const one = wrong(part, positionOf(part, path), `${place === "" ? "" : `${place}: `}${message}`);
    return "problems" in one ? one.problems : [];
  });
  return { problems };
}

/** Of the innermost part of the way that stands in the text. */
function positionOf({ document }: Part, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.range?.[0] ?? 0;
}

function twice(wanted: readonly Wanted[]): string[] {
  const known = new Map<string, string>();
  return wanted.flatMap((one) => {
    const key = keyOf(one);
    const before = known.get(key);
    known.set(key, one.file);
    return before === undefined ? [] : [`${one.file}:1:1: ${key} stands in ${before}, too`];
  });
}

/** How a thing is called: `schedule checks/nightly`. */
export function keyOf(one: Wanted): string {
  return one.kind === "schedule" ? `schedule ${one.flow}/${one.name}` : `${one.kind} ${one.name}`;
}

/** Files that are wrong are told as a whole, before anything is sent. */
export function readAll(files: readonly string[]): readonly Wanted[] {
  const { wanted, problems } = readFiles(files);
  if (problems.length > 0) throw new UsageError(`nothing was sent:\n${problems.join("\n")}`);
  return wanted;
}
