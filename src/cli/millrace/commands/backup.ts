import { resolve } from "node:path";
import { backup } from "../../serve/backup/backup.ts";
import { restore } from "../../serve/backup/restore.ts";
import { command } from "../command.ts";
import { VERSION } from "../version.ts";

const MB = 1_000_000;

const DATA = ["--data <folder>", 'the data folder (".millrace" by default)'] as const;

function folderIn({ data }: Readonly<Record<string, unknown>>): string {
  return resolve(typeof data === "string" ? data : ".millrace");
}

function amount(files: number, bytes: number): string {
  return `${files} files, ${(bytes / MB).toFixed(1)} MB`;
}

export const backupCommand = command({
  usage: "backup <file>",
  calls: [],
  isLocal: true,
  summary: "Write the data folder of `millrace serve` into one file, while it runs",
  args: { file: "a tar archive with gzip; one that is there is replaced when the new one is whole" },
  flags: [DATA],
  examples: ["backup millrace.tar.gz", "backup /backup/millrace.tar.gz --data /var/lib/millrace"],
  async run({ args: { file = "" }, flags }) {
    const data = folderIn(flags);
    const made = await backup(data, resolve(file), VERSION);
    const { pauseMs } = made;
    const pause =
      pauseMs === undefined ? "no server was running" : `the service stood still for ${pauseMs} ms`;
    return {
      json: { file: resolve(file), data, ...made },
      text: () => `${file}: ${amount(made.files, made.bytes)}; ${pause}`,
      notes: ["It holds MASTER_KEY and the other secrets: keep it where you keep passwords."],
    };
  },
});

export const restoreCommand = command({
  usage: "restore <file>",
  calls: [],
  isLocal: true,
  summary: "Make a data folder of a backup",
  args: { file: "what `millrace backup` wrote" },
  flags: [["--data <folder>", 'a folder that is new or empty (".millrace" by default)']],
  examples: ["restore millrace.tar.gz --data restored"],
  async run({ args: { file = "" }, flags }) {
    const data = folderIn(flags);
    const made = await restore(resolve(file), data);
    return {
      json: { file: resolve(file), data, ...made },
      text: () => `${data}: ${amount(made.files, made.bytes)}, as it was at ${made.madeAt}`,
      notes: [
        `Serve it with \`npx millrace serve --data ${data}\`. The one it is a copy of must not run any more: both would do the same work.`,
      ],
    };
  },
});
