import { serve } from "../kit/worker.mjs";

const jobs = new Map();

await serve("jobs", {
  start({ size }) {
    const job = `job-${size}`;
    jobs.set(job, { size, looks: 0 });
    return { job };
  },
  look({ job }) {
    const found = jobs.get(job);
    if (!found) return { state: "failed", reason: `${job} is not known` };
    const progress = Math.min(100, Math.round((++found.looks / found.size) * 100));
    return { state: progress < 100 ? "running" : "done", progress };
  },
});
