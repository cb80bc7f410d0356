import { expect } from "vitest";
import { TELL } from "../doors.ts";
import type { Case } from "./case.ts";

const NODE = process.execPath;
const tell = (...args: string[]) => [NODE, TELL, ...args];
const hex = (text: string) => Buffer.from(text).toString("hex");
const args = (...texts: string[]) => ({ output: expect.objectContaining({ args: texts.map(hex) }) });
const env = (wanted: Readonly<Record<string, string>>) => ({
  output: expect.objectContaining({ env: expect.objectContaining(wanted) }),
});

const NASTY = `a 'b' "c" $(id) \`id\`; rm -rf / | & > x \n\t* ? ~ {a,b} \\ ü 漢 \u{1F600} %s`;

export const INPUTS: readonly Case[] = [
  {
    name: "an argument stays one argument, whatever is in it",
    body: { x: NASTY },
    run: tell("{$.x}", "a{$.x}b"),
    report: args(NASTY, `a${NASTY}b`),
  },
  { name: "an empty text is an empty argument", body: { x: "" }, run: tell("{$.x}"), report: args("") },
  {
    name: "values that are no text are JSON",
    body: { n: 1.5, t: true, o: { a: [1, "x"] }, l: [1, 2] },
    run: tell("{$.n}", "{$.t}", "{$.o}", "{$.l}", "{$.l[1]}", "{$.o.a[1]}"),
    report: args("1.5", "true", '{"a":[1,"x"]}', "[1,2]", "2", "x"),
  },
  {
    name: "a large integer keeps its digits",
    body: '{"n": 12345678901234567890}',
    run: tell("{$.n}"),
    report: args("12345678901234567890"),
  },
  { name: "the whole body is a value, too", body: { a: 1 }, run: tell("{$}"), report: args('{"a":1}') },
  {
    name: "a value that is missing fails the task",
    body: { x: {} },
    run: tell("{$.x.y}"),
    report: { error: "Worker.BadInput", cause: /\$\.x\.y/ },
  },
  { name: "so does null", body: { x: null }, run: tell("{$.x}"), report: { error: "Worker.BadInput" } },
  {
    name: "and what every object inherits",
    body: { x: 1 },
    run: tell("{$.constructor}"),
    report: { error: "Worker.BadInput" },
  },
  {
    name: "and a NUL",
    body: { x: "a\0b" },
    run: tell("{$.x}"),
    report: { error: "Worker.BadInput", cause: /NUL/ },
  },
  {
    name: "no option can be smuggled in",
    body: { x: "-rf" },
    run: tell("{$.x}"),
    report: { error: "Worker.BadInput", cause: /begins with "-"/ },
  },
  {
    name: "neither by a negative number",
    body: { x: -5 },
    run: tell("{$.x}"),
    report: { error: "Worker.BadInput" },
  },
  {
    name: "behind -- it is no option",
    body: { x: "-rf" },
    run: tell("--", "{$.x}"),
    report: args("--", "-rf"),
  },
  {
    name: "nor inside of an argument",
    body: { x: "-rf" },
    run: tell("--file={$.x}"),
    report: args("--file=-rf"),
  },
  {
    name: "braces that name no value stay",
    body: {},
    run: tell("{}", "{$HOME}", "${x}", "{$.", "{ $.a}"),
    report: args("{}", "{$HOME}", "${x}", "{$.", "{ $.a}"),
  },
  {
    name: "templates can be switched off",
    options: ["--no-templates"],
    body: {},
    run: tell("{$.x}"),
    report: args("{$.x}"),
  },
  {
    name: "a body that is not JSON fails a task that needs a value of it",
    body: "not json",
    run: tell("{$.x}"),
    report: { error: "Worker.BadInput", cause: /not JSON/ },
  },
  {
    name: "and is buried when it is no task",
    body: "not json",
    task: false,
    run: tell("{$.x}"),
    buried: /not JSON/,
  },
  {
    name: "but runs where nothing of it is needed",
    body: "not json",
    run: tell("a"),
    report: { output: expect.objectContaining({ stdin: "not json", args: [hex("a")] }) },
  },
  {
    name: "stdin is the body as it is",
    body: '{ "a" :  1.0 }',
    run: tell(),
    report: { output: expect.objectContaining({ stdin: '{ "a" :  1.0 }' }) },
  },
  {
    name: "or nothing",
    options: ["--stdin", "none"],
    body: { a: 1 },
    run: tell(),
    report: { output: expect.objectContaining({ stdin: "" }) },
  },
  {
    name: "a command need not read it",
    body: { a: "x".repeat(60_000) },
    run: "exec 0<&-; sleep 0.1",
    report: { output: expect.objectContaining({ exitCode: 0 }) },
  },
  {
    name: "the environment says what is done",
    options: ["--name", "north"],
    task: { step: "w[2]/resize", attempt: 3, remainingSeconds: 90 },
    run: tell(),
    report: env({
      MILLRACE_QUEUE: "nightly",
      MILLRACE_FLOW: "nightly",
      MILLRACE_STEP: "w[2]/resize",
      MILLRACE_ATTEMPT: "3",
      MILLRACE_DELIVERY: "1",
      MILLRACE_WORKER: "north",
      MILLRACE_REMAINING_SECONDS: "90",
      MINE: "kept",
    }),
    env: { MINE: "kept" },
  },
  {
    name: "the command has neither the key nor the token",
    run: `env | grep -E 'SecretOfTheKey|mr1\\.' && exit 9; exit 0`,
    env: { MILLRACE_KEY_ID: "SecretOfTheKey", MILLRACE_CREDENTIALS: "/SecretOfTheKey" },
    report: { output: expect.objectContaining({ exitCode: 0 }) },
  },
  {
    name: "unless the token is asked for",
    options: ["--pass-token"],
    run: `test "\${MILLRACE_TOKEN#mr1.}" != "$MILLRACE_TOKEN"`,
    report: { output: expect.objectContaining({ exitCode: 0 }) },
  },
  {
    name: "the command runs where it is told to",
    options: ["--cwd", "/usr"],
    run: tell(),
    report: { output: expect.objectContaining({ cwd: "/usr" }) },
  },
  {
    name: "the files for output and progress are for their owner alone",
    run: `stat -c %a $MILLRACE_OUTPUT $MILLRACE_PROGRESS "$(dirname $MILLRACE_OUTPUT)"; exit 0`,
    report: { output: expect.anything() },
    stdout: /600\n600\n700/,
  },
  {
    name: "the command leads its own group and session",
    run: `test "$(ps -o pgid= -p $$ | tr -d ' ')" = $$ && test "$(ps -o sid= -p $$ | tr -d ' ')" = $$`,
    report: { output: expect.objectContaining({ exitCode: 0 }) },
  },
  {
    name: "signals mean to it what they mean by default",
    run: `grep -E '^Sig(Ign|Blk)' /proc/self/status; exit 0`,
    report: { output: expect.anything() },
    stdout: /SigBlk:\s+0+\nSigIgn:\s+0+\n/,
  },
  {
    // High ones are those of the tests' own parents.
    name: "it has no descriptor but the three",
    // The last is the folder that is read.
    run: ["ls", "/proc/self/fd"],
    report: { output: expect.anything() },
    stdout: /^0\n1\n2\n(?:\d{2,}\n)*3\n$/,
  },
];
