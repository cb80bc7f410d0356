import { Command, InvalidArgumentError, Option } from "commander";

/** What `millrace serve` is told. */
export interface ServeFlags {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly trustProxy?: true;
  readonly verbose?: true;
  readonly printUnit?: true;
}

const AFTER = `
Examples:
  $ npx millrace serve --data /var/lib/millrace
  $ npx millrace serve --host 0.0.0.0 --port 443 --tls-cert fullchain.pem --tls-key privkey.pem
  $ npx millrace serve --data /var/lib/millrace --print-unit | sudo tee /etc/systemd/system/millrace.service

It is one process on one machine. Its log is on stdout, a JSON object a line; \`{"event":"ready"}\` says that it answers.`;

/** \`millrace serve\` with its options and its help. */
export function serveCommand(): Command {
  return new Command("serve")
    .summary("Serve Millrace on this machine, without a Cloudflare account")
    .description("Serve Millrace on this machine, without a Cloudflare account.")
    .addOption(
      new Option("--host <address>", "where it listens: 0.0.0.0 and :: are all addresses").default(
        "127.0.0.1",
      ),
    )
    .addOption(new Option("--port <number>", "the port there").default(8787).argParser(readPort))
    .addOption(new Option("--data <folder>", "where its state and secrets are").default(".millrace"))
    .option("--tls-cert <file>", "serve HTTPS: the certificate, those that signed it behind it (PEM)")
    .option("--tls-key <file>", "its private key (PEM)")
    .option("--trust-proxy", "a proxy in front of it sets X-Forwarded-Proto, -Host and -For: believe it")
    .option("--verbose", "log all that happens, not only warnings and errors")
    .option("--print-unit", "print a unit for systemd that serves with these options, and end")
    .addHelpText("after", AFTER);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError("It takes a number from 1 to 65535.");
  return port;
}
