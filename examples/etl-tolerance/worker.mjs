import { call, failure, serve } from "../kit/worker.mjs";

const FILES = { "a.csv": 10, "b.csv": undefined, "c.csv": 30 };

await serve("etl", {
  list: () => ({ files: Object.keys(FILES) }),
  async transform({ token, file }) {
    // A longer job says from time to time that it is alive.
    await call("/tasks/heartbeat", { token });
    const rows = FILES[file];
    if (rows === undefined) throw failure("BadFile", `${file} cannot be read`);
    return { rows };
  },
  load: ({ rows }) => ({ loaded: rows.reduce((sum, count) => sum + count, 0) }),
});
