import { resolve } from "node:path";
import { hostname } from "node:os";
import type { WorkOptions } from "./options.ts";

/** What a runner needs beyond its grace to end what it cut short, and to tell. */
const END_SECONDS = 20;
/** Said where the unit says it, or of no use in one. */
const LEFT_OUT = new Set(["--print-unit"]);
const LEFT_OUT_WITH_VALUE = new Set(["--user", "--credentials", "--state"]);

/** A systemd unit that runs these very arguments. `start` is the program with its whole paths. */
export function unitFile(options: WorkOptions, start: readonly string[]): string {
  const { name, user, graceSeconds, credentials, queues } = options;
  const own = name ?? hostname().split(".")[0] ?? "worker";
  const file = credentials === undefined ? `/etc/millrace/${own}.json` : resolve(credentials);
  const words = [...start, ...kept(options.args)];
  const dashes = words.indexOf("--");
  words.splice(dashes < 0 ? words.length : dashes, 0, "--credentials", "%d/key");
  // Another user's rights are new ones.
  const privileges = options.users.length > 0 ? "" : "NoNewPrivileges=yes\n";
  return `[Unit]
Description=Millrace worker ${own} (${queues.map(({ queue }) => queue).join(", ")})
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${words.map(quoted).join(" ")}
Restart=always
RestartSec=2
# The runner is told first, and ends its commands itself.
KillMode=mixed
TimeoutStopSec=${graceSeconds === undefined ? "infinity" : Math.ceil(graceSeconds) + END_SECONDS}
StateDirectory=millrace/${own}
LoadCredential=key:${file}
${user === undefined ? "DynamicUser=yes" : `User=${user}`}
${privileges}# A task that takes too much memory fails; the runner goes on.
OOMPolicy=continue
#MemoryMax=1G
#Nice=10

[Install]
WantedBy=multi-user.target
`;
}

function kept(args: readonly string[]): string[] {
  const found = args.indexOf("--");
  const dashes = found < 0 ? args.length : found;
  const own = args.slice(0, dashes);
  const words: string[] = [];
  for (let at = 0; at < own.length; at++) {
    const word = own[at] ?? "";
    if (LEFT_OUT_WITH_VALUE.has(word)) at++;
    else if (!LEFT_OUT.has(word) && !LEFT_OUT_WITH_VALUE.has(word.split("=")[0] ?? "")) words.push(word);
  }
  return [...words, ...args.slice(dashes)];
}

/** As systemd reads it: `%` and `$` mean something there, quotes keep words together. */
export function quoted(word: string): string {
  const text = word === "%d/key" ? word : word.replaceAll("%", "%%");
  const safe = text.replaceAll("$", "$$$$");
  if (/^[\w./:=@%+,${}-]+$/.test(safe)) return safe;
  return `"${safe.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
