import type { Payload } from "../../crontab/job.ts";

/** A line of the file that says what a worker may run: all that decides about a command, in one spelling. */
export function allowLine({ command, shell, user, cwd, env, stdin }: Payload): string {
  const sorted = env && Object.fromEntries(Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({ command, cwd, env: sorted, shell, stdin, user });
}
