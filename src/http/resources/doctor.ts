import { authorOf } from "../../auth/roles.ts";
import { given } from "../../core/given.ts";
import type { DoctorView } from "../../core/inspection-views.ts";
import { toRfc3339 } from "../../core/time.ts";
import { askDoctor, readDoctor } from "../../service/doctor-calls.ts";
import { nothing } from "../contract/common.ts";
import { doctorAnswer, doctorBody, doctorStarted } from "../contract/doctor.ts";
import { problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { withTimes } from "../times.ts";

function toReport({ round, findings, counts }: DoctorView) {
  const { number, ...rest } = round ?? {};
  return {
    ...withTimes({ ...given({ round: number }), ...rest }),
    findings: findings.map(({ since, ...one }) => withTimes({ ...one, since: toRfc3339(since) })),
    counts,
  };
}

export const doctorRoutes: readonly Route[] = [
  route({
    id: "inspect",
    method: "POST",
    path: "/v1/doctor",
    summary: "Has all objects inspected now, or one flow, and heals what can be healed",
    params: nothing,
    query: nothing,
    body: doctorBody,
    answers: { 202: doctorStarted },
    problems: ["DoctorRunning", "FlowNotExists"],
    async handle({ env, caller, body: { heal, flow } }) {
      const outcome = await askDoctor(env, { heal, by: authorOf(caller), ...given({ flow }) });
      if (!outcome.ok) throw problemOf(outcome);
      return { status: 202, body: { round: outcome.round } };
    },
  }),
  route({
    id: "getDoctor",
    method: "GET",
    path: "/v1/doctor",
    summary: "What inspections found: what is open, and what was healed lately",
    params: nothing,
    query: nothing,
    isTagged: true,
    answers: { 200: doctorAnswer },
    problems: [],
    handle: async ({ env }) => ({ status: 200, body: toReport(await readDoctor(env)) }),
  }),
];
