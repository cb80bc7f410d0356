/** The process that serves a Worker: Miniflare with its workerd. Whoever starts it says in one message what to serve. */
import { dirname, join } from "node:path";
import { Log, LogLevel, Miniflare, type MiniflareOptions, convertV4MiniflareOptions } from "miniflare";
import { messageOf } from "../../core/result.ts";
import { type BuiltWorker, build } from "./build.ts";
import { tickByMiniflare } from "./cron-ticks.ts";
import { onEnd, untilDisconnected } from "./on-end.ts";
import { originalPlaces } from "./original-places.ts";
import { watchFiles } from "./watch-files.ts";

export interface RuntimeOptions {
  /** The Worker's wrangler.toml. */
  readonly config: string;
  readonly host: string;
  readonly port: number;
  /** Where objects keep their data: the folder that `wrangler dev --persist-to` is given. */
  readonly state: string;
  /** Variables of the Worker, before those of its configuration. */
  readonly variables: Readonly<Record<string, string>>;
  /** All that the Worker logs, not only warnings and errors. */
  readonly isVerbose: boolean;
  /** Build again, and go on with that, when a source changes. */
  readonly isWatching: boolean;
}

/** Said to it when it serves: call the Cron Trigger, as of this time (epoch ms). */
export interface Tick {
  readonly tick: number;
}

/** A runtime that ends this often in a minute will not get better by another start. */
const MOST_RESTARTS = 5;
const RESTARTS_MS = 60_000;
const LOOK_MS = 5000;

const ASSETS_WORKER = "assets";

type WorkerOptions = Extract<
  Parameters<typeof convertV4MiniflareOptions>[0],
  { readonly workers: unknown }
>["workers"][number];

/** What a configuration says of files, in Miniflare's words. */
interface Assets {
  readonly directory: string;
  readonly binding?: string;
}

function assetsOf({ assets }: BuiltWorker["options"]): Assets | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- wrangler made it for Miniflare, and tells no type
  return assets as Assets | undefined;
}

/**
 * Files beside the Worker, where Miniflare would put its router before it: each call of the API would go through that, and
 * take twice as long.
 */
function besideWorker(
  { binding: _, ...assets }: Assets,
  { compatibilityDate }: BuiltWorker["options"],
): WorkerOptions {
  const contents = 'export default { fetch: () => new Response("nothing is here", { status: 404 }) };';
  const modules = [{ type: "ESModule" as const, path: "assets.js", contents }];
  return { name: ASSETS_WORKER, modules, assets, compatibilityDate: String(compatibilityDate) };
}

class Runtime {
  private readonly options: RuntimeOptions;
  private readonly miniflare: Miniflare;
  private worker: BuiltWorker;
  private readonly restarts: number[] = [];
  /** The sources could not be built the last time. */
  private isBroken = false;

  constructor(options: RuntimeOptions, worker: BuiltWorker) {
    this.options = options;
    this.worker = worker;
    this.miniflare = new Miniflare(this.settings());
  }

  /** Serves until it is asked to end, or cannot go on. */
  async serve(): Promise<void> {
    await this.miniflare.ready;
    // Miniflare starts a new workerd where one ended, and says only here when that failed.
    setInterval(() => void this.miniflare.ready.catch(giveUp), LOOK_MS).unref();
    process.on("message", ({ tick }: Tick) => void this.callCronTrigger(tick));
    if (this.options.isWatching) this.watch();
    await onEnd(untilDisconnected());
    await this.miniflare.dispose();
  }

  private settings(): MiniflareOptions {
    const { host, port, state, isVerbose } = this.options;
    const { name, options, code } = this.worker;
    const { assets: _, ...others } = options;
    const assets = assetsOf(options);
    return convertV4MiniflareOptions({
      // Its own address is for the Cron Trigger alone: its router would add to each call half of what the call takes.
      host: "127.0.0.1",
      port: 0,
      log: new Log(LogLevel.WARN, { prefix: "runtime" }),
      // What the platform says of a caller's place, which Miniflare would ask the network for.
      cf: false,
      logRequests: false,
      resourcePersistencePath: join(state, "v3"),
      // Lets the Cron Trigger be called.
      unsafeTriggerHandlers: true,
      handleStructuredLogs: ({ level, message }) => {
        if (isVerbose || level === "warn" || level === "error") console.log(this.readable(message));
      },
      unsafeHandleRuntimeRestart: () => this.restarted(),
      workers: [
        {
          ...others,
          name,
          unsafeDirectSockets: [{ host, port }],
          ...(assets?.binding !== undefined && { serviceBindings: { [assets.binding]: ASSETS_WORKER } }),
          bindings: { ...this.worker.variables, ...this.options.variables },
          modules: [{ type: "ESModule", path: "index.js", contents: code }],
        },
        ...(assets === undefined ? [] : [besideWorker(assets, options)]),
      ],
    });
  }

  private async callCronTrigger(time: number): Promise<void> {
    // Another one after each build.
    const url = await this.miniflare.ready;
    await tickByMiniflare(url.href, time);
  }

  private readable(message: string): string {
    return originalPlaces(message, this.worker.sourceMap);
  }

  private restarted(): void {
    tell("the runtime (workerd) ended by itself and was started again; data that was answered for is kept");
    this.restarts.push(Date.now());
    const first = this.restarts.at(-MOST_RESTARTS);
    if (first !== undefined && Date.now() - first < RESTARTS_MS) giveUp(new Error("it ends again and again"));
  }

  private watch(): void {
    const { config } = this.options;
    try {
      watchFiles({
        root: dirname(config),
        files: () => [config, ...this.worker.inputs],
        changed: () => this.buildAgain(),
        failed: notWatched,
      });
    } catch (error) {
      // Some systems watch a small number of folders only.
      notWatched(error);
    }
  }

  /** Whether it could be built. */
  private async buildAgain(): Promise<boolean> {
    try {
      await this.goOnWith(await build(this.options.config));
      return true;
    } catch (error) {
      this.isBroken = true;
      tell(`not built, the earlier build goes on: ${messageOf(error)}`);
      return false;
    }
  }

  private async goOnWith(worker: BuiltWorker): Promise<void> {
    const isSame = codeAndOptions(worker) === codeAndOptions(this.worker);
    this.worker = worker;
    if (isSame && !this.isBroken) return;
    if (!isSame) await this.miniflare.setOptions(this.settings());
    this.isBroken = false;
    tell("built again");
  }
}

function codeAndOptions({ code, variables, options, pages }: BuiltWorker): string {
  return JSON.stringify([code, variables, options, pages]);
}

/** To the log, and to the person at the runner's terminal. */
function tell(message: string): void {
  console.error(message);
  process.send?.(message);
}

function notWatched(error: unknown): void {
  tell(`sources are not watched: ${messageOf(error)}`);
}

function giveUp(error: unknown): void {
  tell(`the runtime ended: ${messageOf(error)}`);
  process.exit(1);
}

process.once("message", (options: RuntimeOptions) => {
  build(options.config)
    .then((worker) => new Runtime(options, worker).serve())
    .then(() => process.exit(0), giveUp);
});
