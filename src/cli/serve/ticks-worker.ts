/**
 * A Worker beside the service, on a socket that only this machine reaches: it calls the Cron Trigger, which no request can,
 * and asks whether the service answers. Whoever calls it has to know this start's secret.
 */
export const TICKS_WORKER = `
const ALL_MINUTES = "* * * * *";

export default {
  async fetch({ url, headers }, { SERVICE, SECRET }) {
    if (!SECRET || headers.get("authorization") !== SECRET) return new Response(null, { status: 403 });
    const { pathname, searchParams } = new URL(url);
    if (pathname === "/health") return SERVICE.fetch("http://service/v1/health");
    const scheduledTime = new Date(Number(searchParams.get("time")));
    await SERVICE.scheduled({ cron: ALL_MINUTES, scheduledTime });
    return new Response(null, { status: 204 });
  },
};
`;
