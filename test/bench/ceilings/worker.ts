import { DurableObject } from "cloudflare:workers";

interface Env {
  readonly ROWS: DurableObjectNamespace<RowsObject>;
}

type Row = readonly [number: number, output: string];

/** Keeps one row a callback, and does nothing else. */
export class RowsObject extends DurableObject<Env> {
  private readonly sql = this.ctx.storage.sql;
  private waiting: Row[] = [];
  private flushed: Promise<void> | undefined;
  private calls = 0;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.sql.exec("CREATE TABLE IF NOT EXISTS task (number INTEGER PRIMARY KEY, status TEXT, output TEXT)");
  }

  count(): number {
    return ++this.calls;
  }

  row(row: Row): void {
    this.sql.exec("INSERT OR REPLACE INTO task VALUES (?, 'done', ?)", ...row);
  }

  rows(rows: readonly Row[]): void {
    this.ctx.storage.transactionSync(() => {
      for (const row of rows) this.row(row);
    });
  }

  /** Calls that are here in the same turn share one commit. */
  async group(row: Row): Promise<void> {
    this.waiting.push(row);
    this.flushed ??= this.flush();
    await this.flushed;
  }

  private async flush(): Promise<void> {
    await scheduler.wait(0);
    const rows = this.waiting;
    this.waiting = [];
    this.flushed = undefined;
    this.rows(rows);
  }
}

let requests = 0;

export default {
  async fetch(request, env) {
    const number = requests++;
    const text = await request.text();
    const object = env.ROWS.getByName("one");
    switch (new URL(request.url).pathname) {
      case "/memory":
        await object.count();
        break;
      case "/row":
        await object.row([number, text]);
        break;
      case "/group":
        await object.group([number, text]);
        break;
      case "/rows": {
        const all = JSON.parse(text) as unknown[];
        await object.rows(all.map((one, index) => [number * all.length + index, JSON.stringify(one)]));
        break;
      }
      case "/new":
        await env.ROWS.get(env.ROWS.newUniqueId()).row([number, text]);
        break;
      default:
    }
    return new Response("{}");
  },
} satisfies ExportedHandler<Env>;
