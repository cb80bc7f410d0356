import * as z from "zod";
import { renderMetrics } from "../../metrics.ts";
import { nothing } from "../contract/common.ts";
import { type Route, route } from "../route.ts";

const PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

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
    handle: async () => ({ status: 200, body: renderMetrics(Date.now()) }),
  }),
];
