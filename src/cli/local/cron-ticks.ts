const MINUTE_MS = 60_000;

/** Calls `tick` at the beginning of each minute, for the Cron Trigger: locally nobody else does what the platform would. */
export function startCronTicks(tick: (time: number) => Promise<void>): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const plan = () => {
    // A tick may be under way when they are stopped: it must not plan another, which would keep this process alive.
    if (isStopped) return;
    const now = Date.now();
    const next = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
    timer = setTimeout(() => void tick(next).finally(plan), next - now);
  };
  plan();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** By Miniflare's own address, alone or inside wrangler. A tick that is lost does no harm: the next one starts what is due. */
export async function tickByMiniflare(url: string, time: number): Promise<void> {
  const query = new URLSearchParams({ cron: "* * * * *", time: String(time), format: "json" });
  await fetch(new URL(`/cdn-cgi/local/scheduled?${query}`, url)).catch(() => {});
}
