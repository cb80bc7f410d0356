import {
  failBody,
  heartbeatAnswer,
  heartbeatBody,
  reportAnswer,
  succeedBody,
} from "../../../http/contract/tasks.ts";
import { given } from "../../../core/given.ts";
import { UsageError } from "../../usage-error.ts";
import { command, group } from "../command.ts";
import { readText } from "../input.ts";

const VARIABLE = "MILLRACE_TASK_TOKEN";
/** Other users of a machine see the arguments of its processes: a token is one only for who says so. */
const TOKEN = [
  ["--token-file <file>", `the task token, in a file; - for stdin; or in the variable ${VARIABLE}`],
  ["--token <text>", "the task token itself, where nobody else sees the arguments of this process"],
] as const;
const withoutToken = { token: true } as const;

function tokenFrom({ token, tokenFile }: Readonly<Record<string, unknown>>): string {
  const text = token ?? (typeof tokenFile === "string" ? readText(tokenFile) : process.env[VARIABLE]);
  const found = typeof text === "string" ? text.trim() : "";
  if (found === "")
    throw new UsageError(
      `the task token is needed: in the variable ${VARIABLE}, or a file (--token-file, - for stdin)`,
    );
  return found;
}

const succeed = command({
  usage: "succeed",
  calls: ["POST /v1/tasks/succeed"],
  isKeyless: true,
  summary: "Report that a task is done",
  options: succeedBody.omit(withoutToken),
  flags: TOKEN,
  examples: [
    `task succeed --output '{"healthy": true}' --token-file token.txt`,
    `task succeed --output result.json --token-file - < token.txt`,
  ],
  async run({ client, options, flags }) {
    const body = { token: tokenFrom(flags), ...options };
    const reported = await client.call({ method: "POST", path: "/v1/tasks/succeed", body }, reportAnswer);
    return { json: reported, text: () => `reported, as event ${reported.eventId}` };
  },
});

const fail = command({
  usage: "fail",
  calls: ["POST /v1/tasks/fail"],
  isKeyless: true,
  summary: "Report that a task failed",
  options: failBody.omit(withoutToken),
  flags: TOKEN,
  examples: ["task fail --error DiskFull --cause 'no space left on /data' --token-file token.txt"],
  async run({ client, options, flags }) {
    const body = { token: tokenFrom(flags), ...options };
    const reported = await client.call({ method: "POST", path: "/v1/tasks/fail", body }, reportAnswer);
    return { json: reported, text: () => `reported, as event ${reported.eventId}` };
  },
});

const heartbeat = command({
  usage: "heartbeat",
  calls: ["POST /v1/tasks/heartbeat"],
  isKeyless: true,
  summary: "Say that the worker of a task is alive",
  options: heartbeatBody.omit(withoutToken),
  flags: TOKEN,
  examples: [`task heartbeat --progress '{"done": 40}' --token-file token.txt`],
  async run({ client, options, flags }) {
    const body = { token: tokenFrom(flags), ...options };
    const call = { method: "POST", path: "/v1/tasks/heartbeat", body } as const;
    const { leaseSeconds } = await client.call(call, heartbeatAnswer);
    const lease = leaseSeconds === undefined ? "" : `; its message is leased for ${leaseSeconds} s more`;
    return { json: given({ leaseSeconds }), text: () => `the service knows${lease}` };
  },
});

export const taskCommands = group("task", "Report tasks, as their workers do", [succeed, fail, heartbeat]);
