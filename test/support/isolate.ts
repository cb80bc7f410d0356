import { SharedCache } from "../../src/core/durable/shared-cache.ts";
import { CompiledFlows } from "../../src/core/engine/compiled-flows.ts";

/** What the objects of an isolate have in common, for machines that live alone. */
export function isolate(limit?: number) {
  const cache = new SharedCache(limit);
  return { cache, flows: new CompiledFlows(cache) };
}
