import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../core/result.ts";
import { UsageError } from "../usage-error.ts";

export interface LocalOptions {
  readonly port: number;
  /** Where the service keeps its state and credentials. */
  readonly data: string;
  /** Show the service's log. */
  readonly verbose: boolean;
  /** For `start`: end after the first scheduled execution. */
  readonly once: boolean;
  /** For `dev`: serve with `wrangler dev`, Cloudflare's own tool. */
  readonly wrangler: boolean;
}

const HELP =
  "options: -- --port 8787 --data .millrace --verbose (for start also --once, for dev also --wrangler)";

export function readOptions(args: readonly string[], command: "dev" | "start"): LocalOptions {
  const { port, data, verbose, once, wrangler, help } = parse(args);
  if (help) throw new UsageError(HELP);
  const number = Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535) {
    throw new UsageError(`--port takes a number from 1 to 65535, not "${port}"`);
  }
  if (data.trim() === "") throw new UsageError("--data takes the path of a folder");
  if (once && command !== "start") throw new UsageError(`--once is for npm start; ${HELP}`);
  if (wrangler && command !== "dev") throw new UsageError(`--wrangler is for npm run dev; ${HELP}`);
  return { port: number, data: resolve(data), verbose, once, wrangler };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: "8787" },
        data: { type: "string", default: ".millrace" },
        verbose: { type: "boolean", default: false },
        once: { type: "boolean", default: false },
        wrangler: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n${HELP}`);
  }
}
