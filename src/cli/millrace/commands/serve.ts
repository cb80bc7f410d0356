import { serveCommand } from "../../serve/command.ts";
import type { Build } from "../command.ts";

/** Its place in the help: `src/cli/main.ts` calls it before any of this is loaded, since a server is there for long. */
export const serve: Build = Object.assign(() => serveCommand(), { calls: [] });
