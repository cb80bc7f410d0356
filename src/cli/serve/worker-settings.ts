import * as z from "zod";
import type { BuiltWorker } from "../local/build.ts";
import type { RuntimeOptions } from "./runtime-configuration.ts";

/** Of what wrangler.toml says, in wrangler's words for Miniflare, that which counts where there is no platform. */
const settings = z.object({
  compatibilityDate: z.string(),
  compatibilityFlags: z.array(z.string()).default([]),
  durableObjects: z.record(z.string(), z.object({ className: z.string() })),
  assets: z.object({ binding: z.string(), directory: z.string() }).optional(),
});

export function workerSettings({
  name,
  options,
}: BuiltWorker): Pick<
  RuntimeOptions,
  "name" | "compatibilityDate" | "compatibilityFlags" | "objects" | "assets"
> {
  const { durableObjects, assets, ...dated } = settings.parse(options);
  const objects = Object.entries(durableObjects).map(([binding, { className }]) => [binding, className]);
  return {
    name,
    ...dated,
    objects: Object.fromEntries(objects),
    ...(assets && { assets: { binding: assets.binding, folder: assets.directory } }),
  };
}

/** Variables of the configuration; what is no text is handed over as JSON, as wrangler does. */
export function configuredVariables({ variables }: BuiltWorker): Record<string, string> {
  const texts = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}
