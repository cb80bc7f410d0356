/** By what a line is recognised in a later reading of its file. */
export interface Recognised {
  readonly givenName?: string;
  readonly slug: string;
  readonly command: string;
  /** Undefined where the times could not be read. */
  readonly cron?: string;
}

type Key = (line: Recognised) => string | undefined;

/** From the surest to the weakest (spec: workers, "Names and re-import"). */
const KEYS: readonly Key[] = [
  ({ givenName }) => givenName,
  ({ command, cron }) => cron && JSON.stringify([command, cron]),
  ({ command }) => command,
  ({ slug, cron }) => cron && JSON.stringify([slug, cron]),
];

/**
 * Which line of before each line of now is: by the given name, else by what it still has in common with one. So neither
 * another order nor a change of times or arguments makes another of it. Lines of the same key are taken in their order.
 */
export function matchLines<Old extends Recognised, New extends Recognised>(
  before: readonly Old[],
  now: readonly New[],
): Map<New, Old> {
  const found = new Map<New, Old>();
  const open = { before: new Set(before), now: new Set(now) };
  const pair = (one: New, old: Old) => {
    found.set(one, old);
    open.now.delete(one);
    open.before.delete(old);
  };
  for (const key of KEYS) {
    const known = grouped(open.before, key);
    for (const one of open.now) {
      const old = known.get(key(one) ?? "")?.shift();
      if (old) pair(one, old);
    }
  }
  const left = grouped(open.before, ({ slug }) => slug);
  for (const [slug, lines] of grouped(open.now, (line) => line.slug)) {
    const [[one, ...others], [old, ...olds]] = [lines, left.get(slug) ?? []];
    if (one && old && others.length + olds.length === 0) pair(one, old);
  }
  return found;
}

function grouped<T extends Recognised>(lines: Iterable<T>, key: Key): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const line of lines) {
    const value = key(line);
    if (value === undefined || value === "") continue;
    const group = groups.get(value) ?? [];
    group.push(line);
    groups.set(value, group);
  }
  return groups;
}
