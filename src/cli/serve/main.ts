import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { CommanderError } from "commander";
import type { LogEntry } from "../../core/host/ports.ts";
import { logLine } from "../../core/host/log-line.ts";
import { credentialsFile } from "../local/credentials.ts";
import { onEnd } from "../local/on-end.ts";
import { UsageError } from "../usage-error.ts";
import type { TlsFiles } from "./certificate.ts";
import { type ServeFlags, serveCommand } from "./command.ts";
import { startServer } from "./server.ts";
import { unitFile } from "./unit-file.ts";

const USAGE = 2;

/** `millrace serve`: serves until it is told to end. Throws a UsageError for what somebody has to mend. */
export async function serve([, ...words]: readonly string[]): Promise<number> {
  const command = serveCommand().exitOverride();
  try {
    command.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : USAGE;
  }
  const flags = command.opts<ServeFlags>();
  return flags.printUnit ? printUnit(flags) : serveWith(flags);
}

async function serveWith(flags: ServeFlags): Promise<number> {
  // Nobody reads the log any more: that is no reason to serve nobody.
  process.stdout.on("error", () => {});
  const { host, port, trustProxy = false, verbose = false } = flags;
  const tls = tlsOf(flags);
  const data = resolve(flags.data);
  const address = { host, port, ...(tls && { tls }) };
  const server = await startServer({ ...address, data, trustProxy, verbose, tell, write });
  const { url } = server.credentials;
  const pid = server.pid();
  tell({ event: "ready", level: "info", url, host, port, pid, credentials: credentialsFile(data) });
  if (!tls && !trustProxy && !/^(?:127\.|localhost$|::1$)/.test(host)) tell(UNENCRYPTED);
  await onEnd(new Promise(() => {}));
  tell({ event: "stopping", level: "info" });
  await server.stop();
  tell({ event: "stopped", level: "info" });
  return 0;
}

const UNENCRYPTED = {
  event: "unencrypted",
  level: "warn",
  message:
    "keys and outputs cross the network for all to read: give --tls-cert and --tls-key, or put a proxy in front that speaks HTTPS, with --trust-proxy",
} as const;

function tlsOf({ tlsCert, tlsKey }: ServeFlags): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new UsageError("--tls-cert and --tls-key belong together: give both, or neither");
  return { cert: resolve(tlsCert), key: resolve(tlsKey) };
}

const MAIN = join(import.meta.dirname, "../main.ts");

function printUnit(flags: ServeFlags): number {
  const { host, port, trustProxy, verbose } = flags;
  const tls = tlsOf(flags);
  const words = [process.execPath, MAIN, "millrace", "serve", "--host", host, "--port", String(port)];
  words.push("--data", resolve(flags.data));
  if (tls) words.push("--tls-cert", tls.cert, "--tls-key", tls.key);
  if (trustProxy) words.push("--trust-proxy");
  if (verbose) words.push("--verbose");
  process.stdout.write(unitFile({ words, port, user: userInfo().username }));
  return 0;
}

function tell(entry: LogEntry): void {
  write(logLine(entry, Date.now()));
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
