import { numberIn } from "../numbers.ts";

const number = numberIn("en-GB");

export const concurrency = {
  change: "Change concurrency",
  title: (path: string) => `Change how many of ${path} run at once?`,
  says: (usual: number) =>
    `What runs goes on, and new ones begin as soon as there is room. It holds until this step ends; its definition says ${number(usual)}.`,
  field: "At once",
  wrong: (most: number) => `A whole number from 1 to ${number(most)}.`,
  verb: "Change",
  changed: (path: string, n: number) => `${number(n)} of ${path} run at once now.`,
};
