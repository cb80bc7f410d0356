import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LogEntry } from "../../core/host/ports.ts";
import { messageOf } from "../../core/result.ts";
import { toRfc3339 } from "../../core/time.ts";
import { type BuiltWorker, build } from "../local/build.ts";
import { type Credentials, stateFolder, temporaryFolder, writeCredentials } from "../local/credentials.ts";
import { startCronTicks } from "../local/cron-ticks.ts";
import { holding } from "../local/hold-folder.ts";
import { originalPlaces } from "../local/original-places.ts";
import { STATE_VARIABLE, endOrphans } from "../local/processes.ts";
import { serviceVariables } from "../local/secrets.ts";
import { CONFIG } from "../local/serve.ts";
import { UsageError } from "../usage-error.ts";
import { type Address, listenOn, ownUrl, refuseTaken } from "./address.ts";
import { type Certificate, type TlsFiles, readCertificate, watchCertificate } from "./certificate.ts";
import { startControl } from "./control.ts";
import { runtimeLine } from "./log-lines.ts";
import { FILES, runtimeConfiguration, variableOf } from "./runtime-configuration.ts";
import { Supervisor } from "./supervisor.ts";
import { configuredVariables, workerSettings } from "./worker-settings.ts";

export interface ServerOptions extends Address {
  /** The data folder. */
  readonly data: string;
  /** HTTPS instead of HTTP. */
  readonly tls?: TlsFiles;
  /** A proxy in front of it says how it was called, and by whom. */
  readonly trustProxy?: boolean;
  /** All that the Worker logs, not only warnings and errors. */
  readonly verbose: boolean;
  /** Takes what the server itself says. */
  readonly tell: (entry: LogEntry) => void;
  /** Takes lines of the log that workerd's output became: each a JSON object. */
  readonly write: (line: string) => void;
}

export interface Server {
  readonly credentials: Credentials;
  /** The process of the workerd of now. */
  readonly pid: () => number | undefined;
  stop(): Promise<void>;
}

type Variables = Readonly<Record<string, string>>;

/**
 * Serves Millrace on workerd alone, with its state in the data folder: restarts workerd where it ends, calls its Cron
 * Trigger, takes up another certificate. Resolves when it answers; throws a UsageError with what somebody has to mend.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const certificate = options.tls && readCertificate(options.tls);
  const given = serviceVariables(options.data, options.verbose);
  const variables = { ...given, ...(options.trustProxy === true && { TRUST_PROXY: "true" }) };
  return holding(options.data, () => serveFolder(options, variables, certificate));
}

async function serveFolder(
  options: ServerOptions,
  given: Variables,
  certificate: Certificate | undefined,
): Promise<Server> {
  const { data, tell } = options;
  await refuseTaken(options);
  const credentials = await writeCredentials(data, ownUrl(options, certificate));
  const worker = await build(CONFIG);
  const folder = temporaryFolder(data);
  if (certificate) writeCertificate(folder, certificate);
  const variables = { ...configuredVariables(worker), ...given };
  const state = stateFolder(data);
  const supervisor = new Supervisor({
    configuration: writeConfiguration(folder, options, worker, variables),
    env: { ...process.env, ...inEnvironment(variables), [STATE_VARIABLE]: state, TMPDIR: folder },
    write: (line) => options.write(runtimeLine(line, Date.now(), readable(worker))),
    tell,
  });
  try {
    await supervisor.start();
  } catch (error) {
    throw new UsageError(`workerd did not start: ${messageOf(error)}`);
  }
  const ticks = startCronTicks((time) => supervisor.tick(time));
  const control = await startControl(data, supervisor);
  const watch = options.tls && followCertificate(options.tls, folder, supervisor, tell);
  return {
    credentials,
    pid: () => supervisor.pid,
    stop: async () => {
      ticks.stop();
      watch?.stop();
      control.stop();
      await supervisor.stop();
      await endOrphans(state);
      temporaryFolder(data);
    },
  };
}

function readable({ sourceMap }: BuiltWorker): (message: string) => string {
  return (message) => originalPlaces(message, sourceMap);
}

function writeConfiguration(
  folder: string,
  options: ServerOptions,
  worker: BuiltWorker,
  variables: Variables,
): string {
  const objectFolder = join(stateFolder(options.data), "v3", "do");
  mkdirSync(objectFolder, { recursive: true });
  writePrivately(join(folder, FILES.code), worker.code);
  const file = join(folder, "workerd.capnp");
  const { assets, ...settings } = workerSettings(worker);
  const text = runtimeConfiguration({
    ...settings,
    ...(assets && { assets: { ...assets, folder: copyOf(assets.folder, join(folder, "files")) } }),
    variables: Object.keys(variables),
    objectFolder,
    address: listenOn(options),
    isTls: options.tls !== undefined,
    mayCallPrivate: variables.ALLOW_PRIVATE_ADDRESSES === "true",
  });
  writePrivately(file, text);
  return file;
}

/** A build that comes while this one is served takes nothing away from it. */
function copyOf(folder: string, copy: string): string {
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function writeCertificate(folder: string, { chain, key }: Certificate): void {
  writePrivately(join(folder, FILES.certificates), chain);
  writePrivately(join(folder, FILES.key), key);
}

function writePrivately(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 });
}

/** workerd finds in its environment what no file and no command line should show. */
function inEnvironment(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [variableOf(name), value]));
}

/** Goes on with another certificate when its files change; with the one before while they make no sense. */
function followCertificate(
  tls: TlsFiles,
  folder: string,
  supervisor: Supervisor,
  tell: ServerOptions["tell"],
): { stop(): void } {
  let current = readCertificate(tls);
  if (current.validUntil < Date.now())
    tell({ event: "certificateExpired", level: "warn", validUntil: toRfc3339(current.validUntil) });
  return watchCertificate(tls, () => {
    try {
      const read = readCertificate(tls);
      if (read.chain === current.chain && read.key === current.key) return;
      current = read;
    } catch (error) {
      tell({ event: "certificateRefused", level: "warn", message: messageOf(error) });
      return;
    }
    writeCertificate(folder, current);
    tell({ event: "certificateChanged", level: "info", validUntil: toRfc3339(current.validUntil) });
    void supervisor.replace();
  });
}
