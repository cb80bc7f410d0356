import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuiltWorker } from "../../src/cli/local/build.ts";
import {
  FILES,
  TICKS_SECRET,
  runtimeConfiguration,
  variableOf,
} from "../../src/cli/serve/runtime-configuration.ts";
import { RuntimeProcess } from "../../src/cli/serve/runtime-process.ts";
import { workerSettings } from "../../src/cli/serve/worker-settings.ts";

/** A Worker's configuration for workerd alone, as `millrace serve` writes one for the service; gives its file. */
export function writeBare(
  worker: BuiltWorker,
  folder: string,
  port: number,
  variables: Readonly<Record<string, string>> = {},
): string {
  const objectFolder = join(folder, "do");
  mkdirSync(objectFolder, { recursive: true });
  writeFileSync(join(folder, FILES.code), worker.code);
  const { assets: _, ...settings } = workerSettings(worker);
  const configuration = runtimeConfiguration({
    ...settings,
    variables: Object.keys(variables),
    objectFolder,
    address: `127.0.0.1:${port}`,
    isTls: false,
    mayCallPrivate: true,
  });
  const file = join(folder, "workerd.capnp");
  writeFileSync(file, configuration);
  return file;
}

/** workerd with such a configuration, when it listens. */
export async function startBare(
  configuration: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RuntimeProcess> {
  const named = Object.entries(variables).map(([name, value]) => [variableOf(name), value]);
  const env = { ...process.env, [TICKS_SECRET]: "", ...Object.fromEntries(named) };
  const runtime = new RuntimeProcess(configuration, env, (line) => void process.stderr.write(`${line}\n`));
  await runtime.ticksPort;
  return runtime;
}
