#!/usr/bin/env node
// `npx millrace` in a clone.
process.argv.splice(2, 0, "millrace");
await import("./bootstrap.mjs");
