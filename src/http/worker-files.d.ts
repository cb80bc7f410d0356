/** Built by `npm run build`: what the service hands out to workers, by name, and under which path its assets hold it. */
export const WORKER_FILES: Readonly<
  Record<"worker.mjs" | "worker.d.ts" | "worker.py", { readonly path: string; readonly sha256: string }>
>;
