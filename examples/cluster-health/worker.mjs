import { freemem, totalmem } from "node:os";
import { serve } from "../kit/worker.mjs";

// One worker a machine: `node worker.mjs north`. Here two of the three are up.
const [, , ...names] = process.argv;
const machines = names.length > 0 ? names : ["north", "south"];

await Promise.all(
  machines.map((machine) => {
    const check = () => ({ machine, status: freemem() > totalmem() / 1000 ? "ok" : "out of memory" });
    return serve("health", { check }, { name: machine });
  }),
);
