import type * as z from "zod";
import type { WhichDead } from "../core/durable/dead-letters.ts";
import { DEAD_LETTERS_PER_CALL } from "../core/limits.ts";
import type { purgeBody } from "./contract/queues.ts";

/** Which dead letters a call means. */
export function whichDead(body: z.output<typeof purgeBody>): WhichDead {
  return "ids" in body ? { ids: body.ids, max: DEAD_LETTERS_PER_CALL } : { max: body.max };
}
