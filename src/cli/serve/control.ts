import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { messageOf } from "../../core/result.ts";

/** Nobody is kept waiting for longer, whatever a backup does. */
const PAUSE_MAX_MS = 60_000;

const place = z.object({ url: z.string(), secret: z.string() });
export type ControlPlace = z.output<typeof place>;

/** What a running server is asked by other programs of this user. */
export interface Pausing {
  /** Has workerd stand still until `resume`. */
  pause(): Promise<{ readonly resume: () => void; readonly ended: Promise<string> }>;
}

function fileOf(data: string): string {
  return join(data, "control.json");
}

/** Where the server of a data folder is asked, if one has said so; it may be gone. */
export function readControl(data: string): ControlPlace | undefined {
  try {
    return place.parse(JSON.parse(readFileSync(fileOf(data), "utf8")));
  } catch {
    return undefined;
  }
}

/**
 * Answers, on a socket that only this machine reaches and to who may read the data folder: `POST /pause` has workerd stand
 * still for as long as the answer is read, `DELETE /pause` has it go on, and tells whether it stood still until then.
 */
export async function startControl(data: string, pausing: Pausing): Promise<{ stop(): void }> {
  const secret = randomBytes(32).toString("base64url");
  const pauses = new Pauses(pausing);
  const server = createServer((request, response) => {
    if (request.headers.authorization !== secret) response.writeHead(403).end();
    else void pauses.answer(request, response);
  });
  // A backup copies for longer than Node would let anybody ask.
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(fileOf(data), JSON.stringify({ url, secret } satisfies ControlPlace), { mode: 0o600 });
  return {
    stop: () => {
      rmSync(fileOf(data), { force: true });
      server.close();
      server.closeAllConnections();
    },
  };
}

class Pauses {
  private readonly pausing: Pausing;
  private end: (() => void) | undefined;

  constructor(pausing: Pausing) {
    this.pausing = pausing;
  }

  async answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url !== "/pause") response.writeHead(404).end();
    else if (method === "POST") await this.hold(response);
    else if (method === "DELETE") this.release(response);
    else response.writeHead(405).end();
  }

  private async hold(response: ServerResponse): Promise<void> {
    if (this.end) {
      response.writeHead(409).end("another backup is under way");
      return;
    }
    const isOver = new Promise<void>((resolve) => (this.end = resolve));
    const limit = new AbortController();
    try {
      const { resume, ended } = await this.pausing.pause();
      response.writeHead(200).write("paused\n");
      const late = wait(PAUSE_MAX_MS, undefined, limit).catch(() => {});
      await Promise.race([isOver, once(response, "close"), ended, late]);
      resume();
      response.end();
    } catch (error) {
      response.writeHead(503).end(messageOf(error));
    } finally {
      limit.abort();
      this.end = undefined;
    }
  }

  private release(response: ServerResponse): void {
    const { end } = this;
    end?.();
    response.writeHead(end ? 204 : 410).end();
  }
}
