import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCrontab } from "../../../src/cli/crontab/crontab.ts";
import type { Job, ReadOptions, Table } from "../../../src/cli/crontab/job.ts";
import { patchOf } from "../../../src/cli/crontab/fields.ts";
import { type PlanOptions, type Stored, planImport } from "../../../src/cli/crontab/plan.ts";
import type { PlanStep } from "../../../src/cli/crontab/plan-step.ts";
import { payloadOf, rereadJob } from "../../../src/cli/crontab/stored.ts";

const OPTIONS: ReadOptions = { host: "north", file: "crontab", timeZone: "UTC", isSystem: false };
const PLAN: PlanOptions = {
  host: "north",
  enables: () => false,
  force: false,
  prune: false,
  reread: rereadJob,
};

function tableOf(text: string, more: Partial<ReadOptions> = {}): Table {
  const read = readCrontab(text, { ...OPTIONS, ...more });
  if (!read.ok) throw new Error(read.detail);
  return read.table;
}

/** A service: what it has after a plan was carried out. */
class Service {
  stored: Stored[] = [];

  import(text: string, { read = {}, ...plan }: Partial<PlanOptions> & { read?: Partial<ReadOptions> } = {}) {
    const table = tableOf(text, read);
    const steps = planImport([table], this.stored, { ...PLAN, ...plan });
    for (const step of steps) this.take(step, table);
    return steps;
  }

  edit(name: string, fields: Record<string, unknown>, more: Partial<Stored> = {}): void {
    this.stored = this.stored.map((one) =>
      one.name === name ? { ...one, ...more, fields: { ...one.fields, ...fields } } : one,
    );
  }

  get names(): Record<string, unknown> {
    return Object.fromEntries(this.stored.map(({ name, fields }) => [name, fields.cron]));
  }

  private take(step: PlanStep, table: Table): void {
    if (step.sign === "+") this.store(step.name, step.job, table, step.enabled);
    if (step.sign === "~") {
      const { enabled } = this.stored.find(({ name }) => name === step.name)!;
      expect(patchOf(step.changes, step.job.settings, {})).toHaveProperty("payload");
      this.store(step.name, step.job, table, enabled || step.enables);
    }
    if (step.sign !== "-") return;
    if (step.action === "delete") this.stored = this.stored.filter(({ name }) => name !== step.name);
    if (step.action === "pause")
      this.edit(step.name, {}, { enabled: false, pauseReason: `gone from ${step.file} on 2026-11-26` });
  }

  private store(name: string, job: Job, { file, user }: Table, enabled: boolean): void {
    const payload = payloadOf(job, file, user);
    this.stored = [
      ...this.stored.filter((one) => one.name !== name),
      { name, enabled, host: "north", fields: { ...job.settings, payload }, source: payload.source },
    ];
  }
}

function signs(steps: readonly PlanStep[]): string[] {
  return steps.map((step) => `${step.sign} ${"name" in step ? step.name : ""}`.trim());
}

const THREE = ["0 1 * * * /opt/report.sh a", "0 2 * * * /opt/report.sh b", "0 3 * * * /opt/report.sh c"];

describe("an import", () => {
  test("names schedules by host and program, and by number where there are several", () => {
    const service = new Service();
    const steps = service.import([...THREE, "# name: Nightly!\n5 5 * * * /x"].join("\n"));
    expect(signs(steps)).toEqual([
      "+ north-report",
      "+ north-report-2",
      "+ north-report-3",
      "+ north-nightly",
    ]);
    expect(steps[0]).toMatchObject({ enabled: false });
  });

  test("of a host whose name cannot begin one, or has dots, keeps as much of it as can be", () => {
    const service = new Service();
    const [step] = service.import("0 1 * * * x", { host: "7.example.com", read: { host: "7.example.com" } });
    expect(step).toMatchObject({ name: "_7-example-com-x" });
  });

  test("made twice changes nothing, lines above it do not count", () => {
    const service = new Service();
    service.import(THREE.join("\n"));
    expect(signs(service.import(THREE.join("\n")))).toEqual([
      "= north-report",
      "= north-report-2",
      "= north-report-3",
    ]);
    expect(
      signs(service.import(`\n\n# by hand\n\n${THREE.join("\n")}`)).every((sign) => sign.startsWith("=")),
    ).toBe(true);
  });

  test("tells what changes, field by field", () => {
    const service = new Service();
    service.import("0 1 * * * /opt/x a\n");
    expect(service.import("SHELL=/bin/bash\n# why\n0 2 * * * /opt/x a\n")).toMatchObject([
      {
        sign: "~",
        name: "north-x",
        changes: [
          { field: "cron", before: "0 1 * * *", after: "0 2 * * *" },
          { field: "description", before: undefined, after: "why" },
          { field: "payload.shell", before: undefined, after: "/bin/bash" },
        ],
      },
    ]);
    expect(signs(service.import("SHELL=/bin/bash\n# why\n0 2 * * * /opt/x a\n"))).toEqual(["= north-x"]);
  });

  test("follows the zone it is told", () => {
    const service = new Service();
    service.import("0 1 * * * x");
    expect(service.import("0 1 * * * x", { read: { timeZone: "Europe/Berlin" } })).toMatchObject([
      { sign: "~", changes: [{ field: "timeZone", before: "UTC", after: "Europe/Berlin" }] },
    ]);
  });

  test("keeps what was changed by hand, and says so, until it is forced", () => {
    const service = new Service();
    service.import("0 1 * * * x");
    service.edit("north-x", { cron: "0 7 * * *", expect: { startWithinSeconds: 60 } });
    const conflict = {
      sign: "!",
      kind: "conflict",
      name: "north-x",
      changes: [{ field: "cron", before: "0 1 * * *", after: "0 7 * * *" }],
    };
    expect(service.import("0 1 * * * x")).toMatchObject([conflict]);
    expect(service.import("0 2 * * * x")).toMatchObject([conflict]);
    expect(service.import("0 2 * * * x", { force: true })).toMatchObject([{ sign: "~" }]);
    expect(service.names).toEqual({ "north-x": "0 2 * * *" });
  });

  test("agrees with a change by hand that the line has come to, too", () => {
    const service = new Service();
    service.import("0 1 * * * x");
    service.edit("north-x", { cron: "0 7 * * *" });
    expect(service.import("0 7 * * * x")).toMatchObject([
      { sign: "~", changes: [{ field: "payload.source.text" }] },
    ]);
  });

  test("pauses what is gone, and lets it fire again when it is back", () => {
    const service = new Service();
    service.import("0 1 * * * x\n0 2 * * * y", { enables: () => true });
    expect(service.import("0 1 * * * x").at(-1)).toMatchObject({
      sign: "-",
      name: "north-y",
      action: "pause",
    });
    expect(service.import("0 1 * * * x").at(-1)).toMatchObject({ sign: "-", action: "none" });
    expect(service.import("0 1 * * * x\n0 2 * * * y").at(-1)).toMatchObject({ sign: "~", enables: true });
    expect(service.import("0 1 * * * x", { prune: true }).at(-1)).toMatchObject({ action: "delete" });
    expect(Object.keys(service.names)).toEqual(["north-x"]);
  });

  test("takes nothing for gone while a line cannot be read that may be it", () => {
    const service = new Service();
    service.import("0 1 * * * x\n0 2 * * * y", { enables: () => true });
    expect(service.import("0 1 * * * x\n0 2 * * *").at(-1)).toMatchObject({
      sign: "-",
      action: "none",
      mayBeUnread: true,
    });
    const steps = service.import("0 1 * * * x\n0 99 * * * y");
    expect(signs(steps)).toEqual(["= north-x", "! north-y"]);
  });

  test("lets fire what nobody has let fire yet, and not what somebody has paused", () => {
    const service = new Service();
    service.import("0 1 * * * x\n0 2 * * * y");
    service.edit("north-y", {}, { pauseReason: "broken disk" });
    expect(service.import("0 1 * * * x\n0 2 * * * y", { enables: () => true })).toMatchObject([
      { sign: "~", enables: true, changes: [] },
      { sign: "=" },
    ]);
  });

  test("looks at nothing that came from elsewhere", () => {
    const service = new Service();
    service.import("0 1 * * * x");
    service.import("0 1 * * * x", { read: { user: "backup" } });
    service.import("0 1 * * * x", { read: { file: "other" } });
    expect(Object.keys(service.names)).toEqual(["north-x", "north-x-2", "north-x-3"]);
    expect(service.import("0 1 * * * x", { read: { file: "copy" } })).toMatchObject([
      { sign: "+", twin: "north-x" },
    ]);
    service.import("", { prune: true, read: { file: "copy" } });
    expect(signs(service.import(""))).toEqual(["- north-x"]);
    expect(signs(service.import("", { host: "south", read: { host: "south" } }))).toEqual([]);
  });
});

describe("names stay where they are", () => {
  interface Line {
    readonly id: number;
    readonly cron: number;
    readonly command: string;
  }
  const textOf = (lines: readonly Line[]) =>
    lines.map(({ cron, command }) => `${cron} 1 * * * ${command}`).join("\n");
  const start: Line[] = [
    { id: 0, cron: 0, command: "/opt/report.sh a" },
    { id: 1, cron: 10, command: "/opt/report.sh b" },
    { id: 2, cron: 20, command: "/opt/report.sh c" },
    { id: 3, cron: 0, command: "/opt/backup" },
  ];
  const edit = fc.record({
    kind: fc.constantFrom("shuffle", "time", "arguments", "add", "remove", "blank"),
    seed: fc.nat(),
  });

  /** One edit, as people make them; whatever is new is not yet in use. */
  function edited(lines: readonly Line[], kind: string, seed: number, fresh: number): Line[] {
    const at = lines.length === 0 ? 0 : seed % lines.length;
    const changed = (change: Partial<Line>) =>
      lines.map((line, index) => (index === at ? { ...line, ...change } : line));
    if (kind === "shuffle") return lines.toSorted((a, b) => ((a.id * seed) % 7) - ((b.id * seed) % 7));
    if (kind === "time") return changed({ cron: 30 + (fresh % 29) });
    if (kind === "arguments") return changed({ command: `${lines[at]?.command.split(" ")[0]} n${fresh}` });
    if (kind === "add")
      return lines.toSpliced(at, 0, { id: 100 + fresh, cron: 59, command: `/opt/report.sh n${fresh}` });
    return kind === "remove" ? lines.toSpliced(at, 1) : [...lines];
  }

  test("whatever single edit is made between two imports", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        const service = new Service();
        let lines = start;
        service.import(textOf(lines));
        const names = new Map<number, string>();
        const learn = (steps: readonly PlanStep[]) => {
          for (const step of steps) {
            if (!("job" in step)) continue;
            const { id } = lines[step.job.line - 1];
            expect(names.get(id) ?? step.name).toBe(step.name);
            names.set(id, step.name);
          }
        };
        learn(service.import(textOf(lines)));
        for (const [index, { kind, seed }] of edits.entries()) {
          lines = edited(lines, kind, seed, index);
          learn(service.import(textOf(lines), { prune: true }));
        }
      }),
      { numRuns: 500 },
    );
  });
});
