import * as z from "zod";
import { messageOf } from "../../core/result.ts";
import type { Env } from "../../env.ts";
import { log } from "../../log.ts";
import { renderMetrics } from "../../metrics.ts";
import { readDoctor } from "../../service/doctor-calls.ts";
import { nothing } from "../contract/common.ts";
import { type Route, route } from "../route.ts";

const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

/** What this isolate counts is worth telling also while the directory does not answer; the log has why. */
async function openFindings(env: Env): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    return (await readDoctor(env)).counts;
  } catch (error) {
    log({ event: "findingsUnknown", message: messageOf(error) });
    return undefined;
  }
}

export const metricsRoutes: readonly Route[] = [
  route({
    id: "getMetrics",
    method: "GET",
    path: "/metrics",
    summary: "Counters for Prometheus",
    access: "operate",
    params: nothing,
    query: nothing,
    textType: PROMETHEUS_TEXT,
    answers: { 200: z.string() },
    problems: [],
    async handle({ env }) {
      const found = await openFindings(env);
      return { status: 200, body: renderMetrics(Date.now(), found) };
    },
  }),
];
