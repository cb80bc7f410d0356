/** Where the console's pages lie: first words of paths. `/queues` and `/topics` are MNS's, so theirs are others. */
export const CONSOLE_PAGES: readonly string[] = [
  "",
  "executions",
  "compare",
  "flows",
  "schedules",
  "inboxes",
  "subjects",
  "workers",
  "callbacks",
  "keys",
  "audit",
  "doctor",
  "dev",
];
