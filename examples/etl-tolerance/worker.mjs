import { failure, serve } from "../kit/worker.mjs";

const FILES = { "a.csv": 10, "b.csv": undefined, "c.csv": 30 };

await serve("etl", {
  list: () => ({ files: Object.keys(FILES) }),
  transform({ file }, { progress }) {
    // The runner says that a longer job is alive; the job itself says how far it is.
    progress({ file });
    const rows = FILES[file];
    if (rows === undefined) throw failure("BadFile", `${file} cannot be read`);
    return { rows };
  },
  load: ({ rows }) => ({ loaded: rows.reduce((sum, count) => sum + count, 0) }),
});
