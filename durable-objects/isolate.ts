import { SharedCache } from "../src/core/durable/shared-cache.ts";
import { CompiledFlows } from "../src/core/engine/compiled-flows.ts";

const cache = new SharedCache();

/** What the objects of this isolate have in common: what of it is kept counts once, however many objects there are. */
export const ISOLATE = { cache, flows: new CompiledFlows(cache) };
