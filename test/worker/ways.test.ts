/** What lies between a runner and its service, and what it can be told while it runs. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { PROGRAMS, SECRET, startRunner } from "./doors.ts";
import { type FakeOptions, FakeService } from "./fake-service.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-ways-"));
const read = (name: string) => readFileSync(join(import.meta.dirname, "tls", name), "utf8");
const CA = join(import.meta.dirname, "tls/ca.pem");
const TLS = { key: read("server-key.pem"), cert: read("server.pem") };
/** Whatever the machine says of proxies. */
const NO_PROXIES = {
  HTTPS_PROXY: undefined,
  https_proxy: undefined,
  NO_PROXY: undefined,
  no_proxy: undefined,
  SSL_CERT_FILE: undefined,
};

const open: { stop(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.stop();
});

async function service(options: FakeOptions = {}): Promise<{ fake: FakeService; url: string }> {
  const fake = new FakeService(options);
  open.push(fake);
  return { fake, url: await fake.start() };
}

/** A proxy that only passes bytes on; tells whom it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on("connect", ({ url = "" }, socket, head) => {
    asked.push(url);
    const [host, port] = url.split(":");
    const through = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    for (const one of [socket, through]) one.on("error", () => {});
    open.push({ stop: () => through.destroy() });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ stop: () => server.close() });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe.each(PROGRAMS)("%s", (door) => {
  const start = (url: string, options: readonly string[], env: NodeJS.ProcessEnv = {}, script = "exit 0") => {
    const args = ["nightly", "--no-state", ...options, "--", "sh", "-c", script];
    const run = startRunner(door, url, args, { ...NO_PROXIES, ...env }, true);
    open.push({ stop: () => run.child.kill("SIGKILL") });
    return run;
  };

  test("trusts an authority that is named", async () => {
    const { fake, url } = await service({ tls: TLS });
    const [first, second] = [fake.send({}), fake.send({})];
    expect(await start(url, ["--once", "--ca", CA]).exit).toBe(0);
    expect(await start(url, ["--once"], { SSL_CERT_FILE: CA }).exit).toBe(0);
    expect([first, second].map((token) => fake.reportOf(token)?.output)).toMatchObject([
      { exitCode: 0 },
      { exitCode: 0 },
    ]);
  });

  test("says no word to one that it does not trust", async () => {
    const { fake, url } = await service({ tls: TLS });
    const run = start(url, ["--once", "--wait", "1"]);
    expect(await run.exit).toBe(4);
    expect(run.stderr()).toMatch(/unreachable nightly .*certificate/i);
    expect(fake.calls).toEqual([]);
  });

  test("goes through a proxy that passes bytes on, and past it where that is asked", async () => {
    const { fake, url } = await service({ tls: TLS });
    const proxy = await startProxy();
    fake.send({});
    const ca = ["--once", "--ca", CA];
    expect(await start(url, ca, { HTTPS_PROXY: proxy.url }).exit).toBe(0);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(url).host]));
    const count = proxy.asked.length;
    fake.send({});
    expect(await start(url, ca, { HTTPS_PROXY: proxy.url, NO_PROXY: "localhost" }).exit).toBe(0);
    expect(proxy.asked).toHaveLength(count);
    expect(fake.reports).toHaveLength(2);
  });

  test("reads its credentials again when it is told to", async () => {
    const { fake, url } = await service();
    const file = join(FOLDER, `${door}.json`);
    const write = (accessKeySecret: string) =>
      writeFileSync(file, JSON.stringify({ url, accessKeyId: "key", accessKeySecret }), { mode: 0o600 });
    write("before");
    const run = start(url, ["--credentials", file, "--max-tasks", "1"]);
    await fake.until(() => fake.calls.length > 0);
    write("after");
    run.child.kill("SIGHUP");
    await run.said(/credentials were read again/);
    fake.send({});
    expect(await run.exit).toBe(0);
    expect(fake.authorizations[0]).toBe("Bearer key.before");
    expect(fake.authorizations.at(-1)).toBe("Bearer key.after");
  });

  test("goes on with what it has when they cannot be read", async () => {
    const { fake, url } = await service();
    const file = join(FOLDER, `${door}-gone.json`);
    writeFileSync(file, JSON.stringify({ url, accessKeyId: "key", accessKeySecret: "good" }), {
      mode: 0o600,
    });
    const run = start(url, ["--credentials", file, "--max-tasks", "1"]);
    await fake.until(() => fake.calls.length > 0);
    writeFileSync(file, "{");
    run.child.kill("SIGHUP");
    await run.said(/ERROR warning .*credentials/);
    fake.send({});
    expect(await run.exit).toBe(0);
  });

  test("tells what it holds when it is asked", async () => {
    const { fake, url } = await service();
    fake.send({});
    const run = start(url, [], {}, "echo ready; exec sleep 300");
    await run.said(/ready/);
    run.child.kill("SIGUSR2");
    await run.said(
      /state nightly\/backup#1 .*running, \d+\.\ds of the lease left[^]*state nightly .*1 held, 0 unreported/,
    );
    expect(run.stderr()).not.toContain(SECRET);
  });

  test("prints a unit that says its very arguments", async () => {
    const words = ["50%", "$HOME", "two words", 'a "quote"', "back\\slash", "it's"];
    const args = [
      "nightly=2",
      "--print-unit",
      "--grace",
      "30.5",
      "--name",
      "north",
      "--user",
      "eva",
      "--",
      ...words,
    ];
    const run = startRunner(door, "http://127.0.0.1:9", args);
    expect(await run.exit).toBe(0);
    const [before = "", line = "", after = ""] = run.stdout().split(/^ExecStart=(.*)$/m);
    expect(line).toMatch(/^\/\S+ \/\S+ nightly=2 /);
    expect(line).toContain(
      '--grace 30.5 --name north --credentials %d/key -- 50%% $$HOME "two words" "a \\"quote\\"" "back\\\\slash" "it\'s"',
    );
    expect(`${before}${after}`).toMatchInlineSnapshot(`
      "[Unit]
      Description=Millrace worker north (nightly)
      Wants=network-online.target
      After=network-online.target

      [Service]
      Type=exec

      Restart=always
      RestartSec=2
      # The runner is told first, and ends its commands itself.
      KillMode=mixed
      TimeoutStopSec=51
      StateDirectory=millrace/north
      LoadCredential=key:/etc/millrace/north.json
      User=eva
      NoNewPrivileges=yes
      # A task that takes too much memory fails; the runner goes on.
      OOMPolicy=continue
      #MemoryMax=1G
      #Nice=10

      [Install]
      WantedBy=multi-user.target
      "
    `);
  });
});
