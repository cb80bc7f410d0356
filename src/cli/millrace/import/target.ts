import * as z from "zod";
import { given } from "../../../core/given.ts";
import type { Stored } from "../../crontab/plan.ts";

/** Where an import puts schedules: a service, or a folder. */
export interface Target {
  /** The flow's schedules, as they are. */
  stored(): Promise<Stored[]>;
  /** Sees to it that there are a queue and a flow, or with `isDry` only whether; says what is new. */
  prepare(isDry: boolean): Promise<string[]>;
  create(name: string, fields: object): Promise<void>;
  /** As a merge patch says. */
  change(name: string, patch: object): Promise<void>;
  pause(name: string, reason: string): Promise<void>;
  remove(name: string): Promise<void>;
}

const payloadShape = z.looseObject({
  host: z.string(),
  source: z.object({
    file: z.string(),
    user: z.string().optional(),
    line: z.int(),
    text: z.string(),
  }),
});

/** What an import has to know of a schedule; whatever no import has made has no source. */
export function storedFrom(
  fields: Readonly<Record<string, unknown>>,
  { name, enabled, pauseReason }: Pick<Stored, "name" | "enabled"> & { pauseReason?: string | undefined },
): Stored {
  const read = payloadShape.safeParse(fields.payload);
  const stored = { name, enabled, pauseReason, fields };
  if (!read.success) return stored;
  const { host, source } = read.data;
  const { user, ...line } = source;
  return { ...stored, host, source: { ...line, ...given({ user }) } };
}
