import { expect } from "vitest";
import type { Case } from "./case.ts";

const KIB_256 = 256 * 1024;
/** `{"a":"..."}` of a whole number of bytes. */
const object = (bytes: number) =>
  `printf '{"a":"' > $MILLRACE_OUTPUT; head -c ${bytes - 8} /dev/zero | tr '\\0' x >> $MILLRACE_OUTPUT; printf '"}' >> $MILLRACE_OUTPUT`;

export const ENDINGS: readonly Case[] = [
  {
    name: "exit 0 is success, with an output that says who and how long",
    run: "exit 0",
    options: ["--name", "north"],
    report: { output: { exitCode: 0, seconds: expect.any(Number), worker: "north" } },
  },
  {
    name: "the output is the object in the output file",
    run: `echo noise; echo '{"files": 9}' > $MILLRACE_OUTPUT`,
    report: { output: { files: 9 } },
  },
  {
    name: "an output file that is no object fails the task",
    run: "echo '[1]' > $MILLRACE_OUTPUT",
    report: { error: "Worker.BadOutput", cause: /not one JSON object: \[1\]/ },
  },
  {
    name: "an output of 256 KiB is fine",
    run: object(KIB_256),
    report: { output: { a: "x".repeat(KIB_256 - 8) } },
  },
  {
    name: "one byte more is not",
    run: object(KIB_256 + 1),
    report: { error: "Worker.BadOutput", cause: /larger than 262144 bytes/ },
  },
  {
    name: "stdout is the output when it is told to be",
    options: ["--output", "stdout"],
    run: `echo '{"a":'; echo '1}'`,
    report: { output: { a: 1 } },
  },
  {
    name: "stdout with more than one value is none",
    options: ["--output", "stdout"],
    run: `echo '{"a": 1}{"b": 2}'`,
    report: { error: "Worker.BadOutput" },
  },
  {
    name: "no stdout is none, either",
    options: ["--output", "stdout"],
    run: "exit 0",
    report: { error: "Worker.BadOutput", cause: /stdout/ },
  },
  {
    name: "the last line of stdout that is not empty is the output when it is told to be",
    options: ["--output", "last-line"],
    run: `echo log; echo '{"a": 2}'; echo; echo ' '`,
    report: { output: { a: 2 } },
  },
  {
    name: "an exit status is an error of its own",
    run: "echo first >&2; echo why >&2; exit 7",
    report: { error: "Exit.7", cause: /^first\nwhy$/, log: /first\nwhy/ },
  },
  {
    name: "the cause is the last 2,000 characters of stderr",
    run: `head -c 5000 /dev/zero | tr '\\0' y >&2; printf end >&2; exit 1`,
    report: { error: "Exit.1", cause: /^y{1997}end$/ },
  },
  {
    name: "a command names its error in the output file",
    run: `echo '{"error": "DiskFull", "cause": "no room"}' > $MILLRACE_OUTPUT; exit 1`,
    report: { error: "DiskFull", cause: /^no room$/ },
  },
  {
    name: "without a cause there it is what stderr said",
    run: `echo '{"error": "DiskFull"}' > $MILLRACE_OUTPUT; echo sda1 >&2; exit 1`,
    report: { error: "DiskFull", cause: /^sda1$/ },
  },
  {
    name: "an error in the output file means nothing when the command succeeded",
    run: `echo '{"error": "None"}' > $MILLRACE_OUTPUT`,
    report: { output: { error: "None" } },
  },
  {
    name: "exit statuses have names",
    options: ["--errors", "2=DiskFull,3=NoData"],
    run: "exit 3",
    report: { error: "NoData" },
  },
  {
    name: "an exit status gives the task back",
    options: ["--give-back", "75"],
    run: "exit 75",
    released: { delaySeconds: 60 },
  },
  {
    name: "a signal from elsewhere is an error of its own",
    run: "kill -KILL $$",
    report: { error: "Signal.KILL" },
  },
  {
    name: "a command that takes too long is ended",
    options: ["--timeout", "0.3"],
    run: "sleep 300",
    report: { error: "Worker.Timeout" },
  },
  {
    name: "a command that does not end when it is told to is killed",
    options: ["--timeout", "0.3", "--kill-after", "0.3"],
    run: "trap '' TERM; (trap '' TERM; sleep 300) & sleep 300 & wait; sleep 300",
    report: { error: "Worker.Timeout" },
  },
  {
    name: "when the attempt's time is over nothing is reported",
    task: { remainingSeconds: 1 },
    run: "sleep 300",
    stderr: /stopped/,
  },
  {
    name: "a command that is not there",
    run: ["/nowhere/at-all"],
    report: { error: "Worker.CommandNotFound", cause: /at-all/ },
  },
  { name: "a command that may not be run", run: ["/etc/passwd"], report: { error: "Worker.Denied" } },
  {
    name: "a folder that is not there",
    options: ["--cwd", "/nowhere"],
    run: "exit 0",
    report: { error: "Worker.Denied", cause: /\/nowhere/ },
  },
  {
    name: "a child in the background that holds stdout costs a second",
    run: "sleep 300 & echo done",
    report: { output: expect.objectContaining({ exitCode: 0 }) },
    stderr: /left processes behind/,
  },
  {
    name: "what is left behind is ended on demand",
    options: ["--kill-leftovers"],
    run: "sleep 300 > /dev/null 2>&1 & echo $! > left",
    report: { output: expect.objectContaining({ exitCode: 0 }) },
  },
  { name: "a message that is no task is done with exit 0", task: false, run: "exit 0", isDeleted: true },
  { name: "and given back with another", task: false, run: "exit 1", released: {} },
];
