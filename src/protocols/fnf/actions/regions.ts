import * as z from "zod";
import { type Action, action } from "../action.ts";

/** Where there is only one region, it is the one that the client believes to be in. */
const region = z
  .string()
  .regex(/^[\w-]{1,64}$/, "must be letters, digits, _ and -")
  .default("local");

export const regionActions: readonly Action[] = [
  action({
    name: "DescribeRegions",
    does: "The one region there is: this installation",
    needs: "read",
    replay: "harmless",
    parameters: { RegionId: region },
    async handle({ parameters: { RegionId }, host }) {
      return { Regions: { Region: [{ RegionId, RegionEndpoint: host, LocalName: RegionId }] } };
    },
  }),
];
