/** A way through a proxy, by CONNECT. */
import { type Agent as HttpAgent, type AgentOptions, request } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

type Environment = Readonly<Record<string, string | undefined>>;
type Done = (error: Error | null, socket?: Socket) => void;

/** The proxy for an address, as `HTTPS_PROXY` and `NO_PROXY` say. */
export function proxyFor(url: string, env: Environment): URL | undefined {
  const { protocol, hostname } = new URL(url);
  const proxy = env.HTTPS_PROXY ?? env.https_proxy;
  if (protocol !== "https:" || proxy === undefined || proxy === "") return undefined;
  const exceptions = (env.NO_PROXY ?? env.no_proxy ?? "").split(",").map((one) => one.trim());
  const isException = exceptions.some((one) => {
    const name = one.replace(/^\*?\./, "").replace(/:\d+$/, "");
    return one === "*" || (name !== "" && (hostname === name || hostname.endsWith(`.${name}`)));
  });
  return isException ? undefined : new URL(proxy);
}

export function proxyAgent(proxy: URL, tls: ConnectionOptions): HttpAgent {
  const agent = new HttpsAgent({ keepAlive: true, scheduling: "lifo" });
  const through = (options: AgentOptions & { host?: string; port?: number }, done: Done) => {
    const target = `${options.host}:${options.port ?? 443}`;
    const authorization = proxy.username === "" ? {} : { "proxy-authorization": `Basic ${basic(proxy)}` };
    const asked = request({
      host: proxy.hostname,
      port: proxy.port === "" ? 80 : Number(proxy.port),
      method: "CONNECT",
      path: target,
      headers: { host: target, ...authorization },
    });
    asked.on("connect", (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        done(new Error(`the proxy answered with ${response.statusCode}`));
        return;
      }
      done(null, connectTls({ ...tls, socket, servername: options.host ?? "" }));
    });
    asked.on("error", done);
    asked.end();
  };
  return Object.assign(agent, { createConnection: through });
}

function basic({ username, password }: URL): string {
  return Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString("base64");
}
