import { healthAnswer, nothing } from "../contract/common.ts";
import { VERSION } from "../version.ts";
import { type Route, route } from "../route.ts";

export const healthRoutes: readonly Route[] = [
  route({
    id: "getHealth",
    method: "GET",
    path: "/v1/health",
    summary: "Whether the service answers",
    access: "public",
    params: nothing,
    query: nothing,
    answers: { 200: healthAnswer },
    problems: [],
    handle: async () => ({ status: 200, body: { status: "ok", version: VERSION } }),
  }),
];
