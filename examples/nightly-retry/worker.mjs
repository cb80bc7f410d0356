import { failure, serve } from "../kit/worker.mjs";

// Machines whose disks are full, as FULL=m07,m19,m33 says.
const full = new Set((process.env.FULL ?? "").split(","));

await serve("nightly", {
  backup({ machine }) {
    if (full.has(machine)) throw failure("DiskFull", `${machine} has no room for its backup`);
    return { saved: `${machine}.tar` };
  },
  publish: ({ saved }) => ({ published: saved }),
});
