import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/millrace/commands.ts";
import { ROUTES } from "../../src/http/app.ts";

/** Calls that are for programs alone, and why. */
const FOR_PROGRAMS: Readonly<Record<string, string>> = {
  "GET /v1/flows/{flow}/executions/{name}/snapshot": "for whoever draws it: who reads has `show` and `steps`",
  "GET /v1/flows/{flow}/executions/{name}/live": "for whoever draws it: who reads has `watch`",
  "GET /v1/executions/peek": "for rows of the console: who reads has `show`",
  "GET /v1/queues/{queue}/connect": "a socket for workers: who types has `work`, which opens it",
  "GET /v1/board/flows": "for the console: who reads has `flow ls`",
  "GET /v1/board/executions": "for the console: who reads has `ls`",
  "GET /v1/board/queues": "for the console: who reads has `queue ls`",
  "GET /v1/board/topics": "for the console: who reads has `topic ls`",
  "GET /v1/board/workers": "for the console: who reads has `workers`",
  "GET /v1/board/hours": "for the console: who reads has `night`",
  "POST /v1/session": "a browser signs in; programs have an access key",
  "GET /v1/session": "for browsers",
  "DELETE /v1/session": "for browsers",
  "POST /v1/tasks/report": "many reports at once: who types makes them one by one with `task`",
};

test("the command line does what the API does", () => {
  const calls = new Set(COMMANDS.flatMap((command) => command.calls));
  const missing = ROUTES.map(({ method, path }) => `${method} ${path}`).filter((call) => !calls.has(call));
  expect(missing.toSorted()).toEqual(Object.keys(FOR_PROGRAMS).toSorted());
});

test("and calls nothing that the API does not have", () => {
  const known = new Set(ROUTES.map(({ method, path }) => `${method} ${path}`));
  const calls = COMMANDS.flatMap((command) => command.calls);
  expect(calls.filter((call) => !known.has(call))).toEqual([]);
});
