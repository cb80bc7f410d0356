import { expect } from "vitest";
import type { Case } from "./case.ts";

const fine = { output: expect.objectContaining({ exitCode: 0 }) };

export const STREAMS: readonly Case[] = [
  {
    name: "what a command says is passed on, stdout and stderr apart",
    run: "echo to-out; echo to-err >&2",
    report: fine,
    stdout: /^to-out$/m,
    stderr: /^to-err$/m,
  },
  {
    name: "tasks are told apart when there may be several",
    options: ["--slots", "2", "--wait", "1"],
    run: "echo hello",
    report: fine,
    stdout: /^\[nightly\/backup#1\] hello$/m,
  },
  { name: "a last line without its end is a line", run: "printf half", report: fine, stdout: /^half\n$/ },
  {
    name: "nothing is passed on when that is asked for",
    options: ["--quiet-tasks"],
    run: "echo hello",
    report: { ...fine, log: /^hello\n$/ },
    silent: /hello/,
  },
  {
    name: "of a failure the first and the last is kept",
    run: "echo first; head -c 100000 /dev/zero | tr '\\0' x; echo last; exit 1",
    report: { error: "Exit.1", log: /^first\nx{4000,}\n\[\.\.\.\]\nx+last\n$/ },
  },
  {
    name: "of a success only the last, and as little as is asked for",
    options: ["--log-tail", "1"],
    run: "head -c 100000 /dev/zero | tr '\\0' x; echo last",
    report: { ...fine, log: /^x{1019}last\n$/ },
  },
  {
    name: "or nothing at all",
    options: ["--log-tail", "0"],
    run: "echo hello",
    report: { output: expect.anything() },
  },
  {
    name: "what is not UTF-8 is replaced",
    run: "printf 'a\\377b\\n'",
    report: { ...fine, log: /^a\uFFFDb\n$/ },
  },
  {
    name: "tokens are masked in what is kept",
    options: ["--stdin", "none"],
    run: "echo mr1.k.eyJhIjoxfQ.c2VjcmV0; exit 1",
    report: { error: "Exit.1", log: /^mr1\.\*\*\*\n$/ },
  },
  {
    name: "so is the key",
    run: "echo key.SecretOfTheKey123 >&2; exit 1",
    report: { error: "Exit.1", cause: /^\*\*\*$/, log: /^\*\*\*\n$/ },
  },
  {
    name: "commands are not logged",
    body: { x: "in-the-argument" },
    run: ["true", "{$.x}"],
    report: fine,
    silent: /in-the-argument/,
  },
  {
    name: "unless that is asked for",
    options: ["--log-commands"],
    body: { x: "in-the-argument" },
    run: ["true", "{$.x}"],
    report: fine,
    stderr: /true in-the-argument/,
  },
  {
    name: "the log is JSON on demand",
    options: ["--log", "json"],
    run: "exit 4",
    report: { error: "Exit.4" },
    stderr:
      /\{"time":"[^"]+","level":"warn","event":"failed","worker":"[^"]+","queue":"nightly","flow":"nightly","execution":"[^"]+","step":"backup","attempt":1,"delivery":1,"ms":\d+,"error":"Exit\.4"/,
  },
];
