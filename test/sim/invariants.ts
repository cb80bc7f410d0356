import { expect } from "vitest";
import type { Platform } from "../support/platform/platform.ts";
import { insist } from "./story.ts";
import { rest } from "./worker.ts";

interface Head {
  readonly status: string;
  readonly waitingFor?: readonly unknown[];
  readonly parked?: readonly { readonly id: string }[];
}

interface Listed {
  readonly items: readonly { readonly flow: string; readonly name: string; readonly status: string }[];
}

interface Schedules {
  readonly items: readonly {
    readonly flow: string;
    readonly name: string;
    readonly parked?: { readonly reason: string };
  }[];
}

/** What was parked, as the log tells it; the object's name says what it belongs to. */
interface Parking {
  readonly event: string;
  readonly object: string;
  readonly kind: string;
  readonly id: string;
}

export function parkings({ logged }: Platform): Parking[] {
  const entries = logged.map((line) => JSON.parse(String(line)) as Parking);
  return entries.filter(({ event }) => event === "parked");
}

/**
 * Nothing is Running without a reason: what the index shows as running runs, and tells what it waits for. To be asked when
 * nothing goes wrong any more.
 */
export async function expectReasons(platform: Platform): Promise<void> {
  const list = () => insist<Listed>(platform, "GET", "/v1/executions?limit=1000");
  // An execution whose alarm was lost is healed by whoever looks at it.
  for (const { flow, name } of (await list()).items)
    await insist(platform, "GET", `/v1/flows/${flow}/executions/${name}`);
  await rest(60_000);
  for (const { flow, name, status } of (await list()).items) {
    const head = await insist<Head>(platform, "GET", `/v1/flows/${flow}/executions/${name}`);
    expect([flow, name, head.status]).toEqual([flow, name, status]);
    if (status === "Running") expect([flow, name, head.waitingFor?.length]).not.toEqual([flow, name, 0]);
  }
}

/** Nothing is parked without being shown. What was parked and is done since may be left out. */
export async function expectShown(platform: Platform, isOver: (parking: Parking) => boolean): Promise<void> {
  const { items } = await insist<Schedules>(platform, "GET", "/v1/schedules?limit=1000");
  const schedules = items.flatMap(({ flow, name, parked }) => (parked ? [`${flow}/${name}`] : []));
  for (const parking of parkings(platform)) {
    if (isOver(parking)) continue;
    if (parking.kind === "schedule") expect(schedules).toContain(parking.id);
    else expect(await shownOf(platform, parking)).toContain(parking.id);
  }
}

async function shownOf(platform: Platform, { object }: Parking): Promise<string[]> {
  const [flow = "", , name] = object.split("~");
  const path = name === undefined ? `/v1/flows/${flow}` : `/v1/flows/${flow}/executions/${name}`;
  const { parked = [] } = await insist<Head>(platform, "GET", path);
  return parked.map(({ id }) => id);
}
