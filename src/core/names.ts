import { NAME_LENGTH, QUEUE_NAME_LENGTH } from "./limits.ts";
import { hash } from "./text.ts";

/** Names of flows, steps, executions and schedules (spec: FDL section 1). */
export const NAME_PATTERN = new RegExp(`^[A-Za-z_][A-Za-z0-9_-]{0,${NAME_LENGTH - 1}}$`);
export const NAME_RULE = `1 to ${NAME_LENGTH} letters, digits, "_" or "-", the first a letter or "_"`;

/** Queue names follow the MNS protocol, so that its clients can reach every queue. */
export const QUEUE_NAME_PATTERN = new RegExp(`^[A-Za-z0-9][A-Za-z0-9-]{0,${QUEUE_NAME_LENGTH - 1}}$`);
export const QUEUE_NAME_RULE = `1 to ${QUEUE_NAME_LENGTH} letters, digits or "-", the first a letter or digit`;

/** `~` cannot stand in a name, so the parts of an object's name can be told apart. */
const SEPARATOR = "~";

/** Which execution of which generation of a flow; names the execution's object. */
export interface ExecutionId {
  readonly flow: string;
  /** A flow that is deleted and made again has a new generation, so old executions cannot be mistaken for new. */
  readonly generation: number;
  readonly name: string;
}

export function executionObjectName(id: ExecutionId): string {
  return [id.flow, id.generation, id.name].join(SEPARATOR);
}

export function parseExecutionObjectName(text: string): ExecutionId | undefined {
  const [flow, generation, name, ...rest] = text.split(SEPARATOR);
  if (!flow || !name || rest.length > 0 || !/^[1-9]\d{0,8}$/.test(generation ?? "")) return undefined;
  return { flow, generation: Number(generation), name };
}

/** The name of a child that was given none: always the same for the same attempt of the same task. */
export function childName(parent: ExecutionId, path: string, attempt: number): string {
  const text = `${executionObjectName(parent)} ${path} ${attempt}`;
  const own = `${hash(text).toString(36)}${hash(`${text} again`).toString(36)}`;
  return `${parent.name.slice(0, NAME_LENGTH - 20)}-${own}`;
}

/** The one directory object; nobody else gives it a name. */
export const DIRECTORY_OBJECT_NAME = "directory";

/** The one board. */
export const BOARD_OBJECT_NAME = "board";

export function scheduleObjectName(shard: number): string {
  return `shard-${shard}`;
}

/** The known word nearest to a mistyped one, if it is at most so many letters away: by default, of three letters one. */
export function nearest(
  word: string,
  known: readonly string[],
  most: number = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
