import { join } from "node:path";

/** Where Node keeps what it compiled, which is half the time of a short command. Where it cannot, it goes on without. */
export const COMPILED = join(import.meta.dirname, "../../node_modules/.cache/compiled");
