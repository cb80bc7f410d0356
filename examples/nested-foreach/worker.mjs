import { serve } from "../kit/worker.mjs";

await serve("checks", {
  check: ({ cluster, machine }) => ({ health: `${cluster}/${machine} up` }),
});
