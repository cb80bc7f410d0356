/** Built by `npm run build`: what the service hands out to workers, by name. */
export const WORKER_FILES: Readonly<
  Record<"worker.mjs" | "worker.d.ts" | "worker.py", { readonly text: string; readonly sha256: string }>
>;
