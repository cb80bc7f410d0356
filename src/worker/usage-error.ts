/** What was asked for cannot be done, and why: told to whoever started the runner. */
export class UsageError extends Error {}
