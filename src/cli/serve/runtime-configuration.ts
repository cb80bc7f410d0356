import { TICKS_WORKER } from "./ticks-worker.ts";

/** What workerd is told to serve; nothing secret stands in it. */
export interface RuntimeOptions {
  /** Of the Worker: the keys of its objects begin with it. */
  readonly name: string;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** Classes of objects by the names of their bindings. */
  readonly objects: Readonly<Record<string, string>>;
  /** Names of the Worker's variables: workerd finds each in its environment, as `variableOf` names it. */
  readonly variables: readonly string[];
  readonly assets?: { readonly binding: string; readonly folder: string };
  /** Where objects keep their data. */
  readonly objectFolder: string;
  /** `host:port`. */
  readonly address: string;
  /** HTTPS, with the key and the certificates in the files below. */
  readonly isTls: boolean;
  /** Whether the Worker may call machines of the network behind this one. */
  readonly mayCallPrivate: boolean;
}

/** Files that the configuration names, beside its own. */
export const FILES = { code: "index.js", key: "tls-key.pem", certificates: "tls-cert.pem" } as const;

export const SOCKETS = { entry: "entry", ticks: "ticks" } as const;

/** Where workerd's environment has what helpers call the loopback socket with. */
export const TICKS_SECRET = "MILLRACE_TICKS_SECRET";

/** The name of a Worker's variable in workerd's environment: it must be nobody else's there. */
export function variableOf(name: string): string {
  return `MILLRACE_VARIABLE_${name}`;
}

/**
 * The configuration of workerd in its own language, Cap'n Proto. Keys of objects are those that Miniflare gives, so either
 * opens what the other wrote.
 */
export function runtimeConfiguration(options: RuntimeOptions): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = ${list(services(options))},
  sockets = ${list(sockets(options))},
  logging = (structuredLogging = true),
);

const service :Workerd.Worker = (
  modules = [(name = ${text(FILES.code)}, esModule = embed ${text(FILES.code)})],
  compatibilityDate = ${text(options.compatibilityDate)},
  compatibilityFlags = ${list(options.compatibilityFlags.map(text))},
  bindings = ${list(bindings(options))},
  durableObjectNamespaces = ${list(namespaces(options))},
  durableObjectStorage = (localDisk = "objects"),
);

const ticks :Workerd.Worker = (
  modules = [(name = "ticks.js", esModule = ${text(TICKS_WORKER)})],
  compatibilityDate = ${text(options.compatibilityDate)},
  bindings = [
    (name = "SERVICE", service = "service"),
    (name = "SECRET", fromEnvironment = ${text(TICKS_SECRET)}),
  ],
);
`;
}

function services({ objectFolder, assets, mayCallPrivate }: RuntimeOptions): string[] {
  const reach = mayCallPrivate ? ["public", "private"] : ["public"];
  return [
    '(name = "service", worker = .service)',
    '(name = "ticks", worker = .ticks)',
    `(name = "objects", disk = (path = ${text(objectFolder)}, writable = true))`,
    ...(assets ? [`(name = "assets", disk = (path = ${text(assets.folder)}))`] : []),
    `(name = "internet", network = (allow = [${reach.map(text).join(", ")}], tlsOptions = (trustBrowserCas = true)))`,
  ];
}

function sockets({ address, isTls }: RuntimeOptions): string[] {
  const keypair = `(privateKey = embed ${text(FILES.key)}, certificateChain = embed ${text(FILES.certificates)})`;
  const protocol = isTls ? `https = (options = (), tlsOptions = (keypair = ${keypair}))` : "http = ()";
  return [
    `(name = ${text(SOCKETS.entry)}, address = ${text(address)}, ${protocol}, service = "service")`,
    // Any free port: workerd tells which.
    `(name = ${text(SOCKETS.ticks)}, address = "127.0.0.1:0", http = (), service = "ticks")`,
  ];
}

function bindings({ objects, variables, assets }: RuntimeOptions): string[] {
  return [
    ...Object.entries(objects).map(
      ([name, className]) => `(name = ${text(name)}, durableObjectNamespace = ${text(className)})`,
    ),
    ...variables.map((name) => `(name = ${text(name)}, fromEnvironment = ${text(variableOf(name))})`),
    ...(assets ? [`(name = ${text(assets.binding)}, service = "assets")`] : []),
  ];
}

function namespaces({ name, objects }: RuntimeOptions): string[] {
  return Object.values(objects).map(
    (className) =>
      `(className = ${text(className)}, uniqueKey = ${text(`${name}-${className}`)}, enableSql = true)`,
  );
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n    ${items.join(",\n    ")},\n  ]`;
}

/** Cap'n Proto writes texts as C does: JSON differs in characters that steer. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll(/\\u00([\da-f]{2})/g, String.raw`\x$1`);
}
