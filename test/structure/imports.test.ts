import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

/** Rooms, the narrower before the wider: a file belongs to the first that its path begins with. */
const ROOMS = [
  "src/core/expr",
  "src/core/fdl",
  "src/core/engine/state",
  "src/core/engine",
  "src/core/history",
  "src/core/durable",
  "src/core/host",
  "src/core/schedule/timetable",
  "src/core/schedule",
  "src/core/queue",
  "src/core/topic",
  "src/core/flow",
  "src/core/directory",
  "src/core/board",
  "src/core",
  "src/auth",
  "src/service",
  "src/effects",
  "src/queries",
  "src/http/contract",
  "src/http",
  "src/turns",
  "src/protocols/fnf",
  "src/protocols/mns",
  "src/worker",
  "src/console",
  "src/cli/crontab",
  "src/cli",
  "src/call.ts",
  "src/carry.ts",
  "src/env.ts",
  "src/log.ts",
  "src/metrics.ts",
  "src/report.ts",
  "src/queue.ts",
  "src/cron.ts",
  "src/index.ts",
  "durable-objects",
] as const;

type Room = (typeof ROOMS)[number];

const CORE: readonly Room[] = ROOMS.filter((room) => room.startsWith("src/core"));
const LEAVES: readonly Room[] = [
  "src/call.ts",
  "src/carry.ts",
  "src/env.ts",
  "src/log.ts",
  "src/metrics.ts",
  "src/report.ts",
];

/** Who may import whom, besides its own room. "any" is for the entry alone. */
const MAY: { readonly [R in Room]: readonly Room[] | "any" } = {
  "src/core/expr": ["src/core"],
  "src/core/fdl": ["src/core", "src/core/expr"],
  "src/core/engine/state": ["src/core", "src/core/durable", "src/core/expr", "src/core/fdl"],
  "src/core/engine": [
    "src/core",
    "src/core/durable",
    "src/core/expr",
    "src/core/fdl",
    "src/core/engine/state",
  ],
  "src/core/history": [
    "src/core",
    "src/core/expr",
    "src/core/fdl",
    "src/core/engine/state",
    "src/core/engine",
  ],
  "src/core/durable": ["src/core"],
  "src/core/host": ["src/core"],
  "src/core/schedule/timetable": ["src/core"],
  "src/core/schedule": ["src/core", "src/core/durable", "src/core/schedule/timetable"],
  "src/core/queue": ["src/core", "src/core/durable"],
  "src/core/topic": ["src/core", "src/core/durable"],
  "src/core/flow": ["src/core", "src/core/durable"],
  "src/core/directory": ["src/core", "src/core/durable"],
  "src/core/board": ["src/core", "src/core/durable"],
  "src/core": [],
  "src/auth": CORE,
  "src/service": [...CORE, ...LEAVES, "src/auth"],
  "src/effects": [...CORE, ...LEAVES, "src/auth"],
  "src/queries": [...CORE, "src/auth"],
  "src/http/contract": CORE,
  // A worker's turn as it is said and answered, by a call and over a socket, which lives in a queue's object.
  "src/turns": [...CORE, ...LEAVES, "src/auth", "src/service", "src/http/contract"],
  "src/http": [
    ...CORE,
    ...LEAVES,
    "src/auth",
    "src/service",
    "src/queries",
    "src/http/contract",
    "src/turns",
  ],
  "src/protocols/fnf": [...CORE, ...LEAVES, "src/auth", "src/service", "src/queries"],
  "src/protocols/mns": [...CORE, ...LEAVES, "src/auth", "src/service", "src/queries"],
  "src/cli/crontab": ["src/core", "src/core/schedule/timetable"],
  "src/worker": ["src/http/contract"],
  // How a firing went, and when a night begins, is said once, for the service, the command line and the browser.
  "src/console": ["src/core", "src/core/schedule", "src/core/schedule/timetable"],
  "src/cli": [...CORE, "src/auth", "src/http/contract", "src/worker", "src/cli/crontab"],
  "src/call.ts": CORE,
  "src/carry.ts": CORE,
  "src/env.ts": CORE,
  "src/log.ts": CORE,
  "src/metrics.ts": [],
  "src/report.ts": [...CORE, "src/call.ts", "src/carry.ts", "src/env.ts", "src/log.ts"],
  "src/queue.ts": [...CORE, ...LEAVES, "src/auth", "src/service", "src/effects"],
  "src/cron.ts": [...CORE, ...LEAVES, "src/auth", "src/service"],
  "src/index.ts": "any",
  "durable-objects": [...CORE, ...LEAVES, "src/auth", "src/effects", "src/queries", "src/turns"],
};

/** Types of objects' calls and of what machines have in common name the rooms inside; values of these they never use. */
const TYPES_OF_ALL = new Set([
  "src/core/board-views.ts",
  "src/core/execution-views.ts",
  "src/core/flow-views.ts",
  "src/core/inspection-views.ts",
  "src/core/objects.ts",
  "src/core/task-reports.ts",
  "src/core/topic-rpc.ts",
  "src/core/worker-views.ts",
]);
/** Types only: a flow's index and a schedule's ledger show executions in their own words, and so the directory flows. */
const TYPES_BETWEEN: readonly (readonly [Room, Room])[] = [
  ["src/core/flow", "src/core/engine/state"],
  ["src/core/schedule", "src/core/engine/state"],
  ["src/core/directory", "src/core/flow"],
  // The browser loads no schema: what it knows of the contract is gone before it runs.
  ["src/console", "src/http/contract"],
];
/** Inside the engine: who decides or answers never reaches who changes, and steps never reach who drives them. */
const NEVER_IN_ENGINE: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^steps\//, /^(turn|apply-fact|advance|handle)\.ts$/],
  [/^(decide|react|due-timers|scope|tasks)\.ts$/, /^frame-changes\.ts$/],
];
/** Values get their numbers in one place. Evolving merges what older facts did not bring along. */
const NAMES_NUMBERS = ["seal.ts", "state/values.ts", "evolve.ts"];
const ENGINE = "src/core/engine/";
const CORE_PACKAGES = new Set(["zod", "yaml"]);

interface Import {
  readonly file: string;
  readonly target: string;
  readonly isType: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".d.ts"))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const pattern = /^(?:import|export)\s+(type\s+)?(?:[^;]*?\sfrom\s+)?"([^"]+)"/gm;
  return Array.from(text.matchAll(pattern), ([statement, type, specifier = ""]) => {
    const target = specifier.startsWith(".")
      ? relative(ROOT, join(ROOT, dirname(file), specifier))
      : specifier;
    const names = /\{([^}]*)\}/
      .exec(statement)?.[1]
      ?.split(",")
      .filter((name) => name.trim() !== "");
    const isType = type !== undefined || (names?.every((name) => name.trim().startsWith("type ")) ?? false);
    return { file, target, isType };
  });
}

function roomOf(file: string): Room | undefined {
  return ROOMS.find((room) => file === room || file.startsWith(`${room}/`));
}

const FILES = [...sources("src"), ...sources("durable-objects")];
const IMPORTS = FILES.flatMap(importsOf);

describe("the import table", () => {
  test("sees the files and their imports", () => {
    expect(FILES.length).toBeGreaterThan(80);
    expect(IMPORTS.length).toBeGreaterThan(300);
    expect(FILES.filter((file) => roomOf(file) === undefined)).toEqual([]);
    const rooms = new Set(FILES.map(roomOf));
    expect(ROOMS.filter((room) => !rooms.has(room))).toEqual([]);
  });

  test("holds", () => {
    const broken = IMPORTS.filter((one) => !isAllowed(one)).map(
      ({ file, target }) => `${file} may not import ${target}`,
    );
    expect(broken).toEqual([]);
  });

  test("holds inside the engine", () => {
    const inside = IMPORTS.map(({ file, target }) =>
      [file, target].map((path) => path.split(ENGINE)[1] ?? ""),
    );
    const broken = inside.filter(([file = "", target = ""]) =>
      NEVER_IN_ENGINE.some(([from, to]) => from.test(file) && to.test(target)),
    );
    expect(broken).toEqual([]);
    for (const [from, to] of NEVER_IN_ENGINE) {
      expect(inside.some(([file = ""]) => from.test(file))).toBe(true);
      expect(inside.some(([, target = ""]) => to.test(target))).toBe(true);
    }
  });

  test("values are numbered in one place", () => {
    const naming = FILES.filter((file) => file.startsWith(ENGINE))
      .filter((file) => /\bvalues\.(pack|merge)\(/.test(readFileSync(join(ROOT, file), "utf8")))
      .map((file) => file.slice(ENGINE.length));
    expect(NAMES_NUMBERS).toEqual(expect.arrayContaining(naming));
    expect(naming).toContain("seal.ts");
  });

  test("knows a forbidden import when it sees one", () => {
    const forbidden: Import[] = [
      { file: "src/core/expr/x.ts", target: "src/core/fdl/flow.ts", isType: false },
      { file: "src/core/engine/x.ts", target: "hono", isType: false },
      { file: "durable-objects/x.ts", target: "src/http/app.ts", isType: true },
      { file: "src/http/x.ts", target: "test/support/flows.ts", isType: false },
      { file: "src/core/flow/x.ts", target: "src/core/engine/turn.ts", isType: false },
    ];
    expect(forbidden.filter(isAllowed)).toEqual([]);
  });

  test("leaves texts by key to records and storage: machines only hand them on", () => {
    const users = IMPORTS.filter(({ target }) => target === "src/core/durable/cells.ts").map(
      ({ file }) => file,
    );
    const others = users.filter((file) => !/^src\/core\/durable\/|\/storage\/|-machine\.ts$/.test(file));
    expect(users.length).toBeGreaterThan(3);
    expect(others).toEqual([]);
  });

  test("has no circles, types included", () => {
    expect(circles(edgesOf(IMPORTS))).toEqual([]);
  });

  test("knows a circle when it sees one", () => {
    const edge = (file: string, target: string, isType: boolean) => ({ file, target, isType });
    const round = [edge("a", "b", true), edge("b", "c", false), edge("c", "a", true), edge("c", "d", false)];
    expect(circles(edgesOf(round))).toEqual([["a", "b", "c"]]);
    expect(circles(edgesOf([edge("a", "b", false), edge("a", "c", false), edge("b", "c", false)]))).toEqual(
      [],
    );
  });
});

function isAllowed({ file, target, isType }: Import): boolean {
  const from = roomOf(file);
  const to = roomOf(target);
  if (!from) return false;
  if (to === undefined) {
    const isPackage =
      !target.includes("/") || /^(?:@|node:|cloudflare:|hono\/|preact\/|modern-tar\/)/.test(target);
    if (target === "package.json") return from === "src/http" || from === "src/cli";
    return isPure(from) ? CORE_PACKAGES.has(target) : isPackage;
  }
  if (from === to || MAY[from] === "any") return true;
  if (isType && TYPES_OF_ALL.has(file)) return true;
  if (isType && TYPES_BETWEEN.some(([a, b]) => a === from && b === to)) return true;
  return MAY[from].includes(to);
}

/** Without a platform: given the same, it gives the same. */
function isPure(room: Room): boolean {
  return room.startsWith("src/core") || room === "src/cli/crontab";
}

function edgesOf(imports: readonly Import[]): Map<string, string[]> {
  const edges = new Map<string, string[]>();
  for (const { file, target } of imports) edges.set(file, [...(edges.get(file) ?? []), target]);
  return edges;
}

/** Files that reach each other, in groups, each group and the list of them sorted (Tarjan's components). */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const trail: string[] = [];
  const found: string[][] = [];
  const walk = (file: string): number => {
    order.set(file, order.size);
    let low = order.size - 1;
    trail.push(file);
    for (const target of edges.get(file) ?? []) {
      if (!order.has(target)) low = Math.min(low, walk(target));
      else if (trail.includes(target)) low = Math.min(low, order.get(target) ?? low);
    }
    if (low === order.get(file)) {
      const group = trail.splice(trail.indexOf(file)).toSorted();
      if (group.length > 1) found.push(group);
    }
    return low;
  };
  for (const file of edges.keys()) if (!order.has(file)) walk(file);
  return found.toSorted((a, b) => (a.join() < b.join() ? -1 : 1));
}
