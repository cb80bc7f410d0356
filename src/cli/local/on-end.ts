const LOOK_MS = 500;

/**
 * Resolves when this process is asked to end (a signal, or whoever started it is gone), or when `ended` resolves. So no
 * link of the chain npm, runner, service outlives the one before it, even when that is killed.
 */
export function onEnd(ended: Promise<void>): Promise<"asked" | "ended"> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const look = setInterval(() => {
      if (process.ppid !== parent) finish("asked");
    }, LOOK_MS);
    look.unref();
    const finish = (reason: "asked" | "ended") => {
      clearInterval(look);
      resolve(reason);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => finish("asked"));
    void ended.then(() => finish("ended"));
  });
}

/** Resolves when whoever forked this process is gone, be it before this process had a chance to look. */
export function untilDisconnected(): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.once("disconnect", resolve);
    else resolve();
  });
}
