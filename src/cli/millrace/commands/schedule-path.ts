export const SCHEDULE_ARGS = { flow: "name of the flow", schedule: "name of the schedule" };

export function schedulePath(flow = "", schedule = ""): string {
  return `/v1/flows/${encodeURIComponent(flow)}/schedules/${encodeURIComponent(schedule)}`;
}
