import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { readFiles } from "../../src/cli/millrace/apply/documents.ts";
import { filesOf } from "../../src/cli/millrace/apply/files.ts";
import { flowOf } from "../support/flows.ts";

const FLOW = flowOf("{type: pass, name: p}");

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "millrace-apply-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function read(files: Readonly<Record<string, string>>) {
  const folder = folderWith(files);
  const { wanted, problems } = readFiles(filesOf([folder]));
  return { wanted, problems: problems.map((one) => one.replaceAll(`${folder}/`, "")) };
}

describe("files of what is to be there", () => {
  test("are those of a folder and the folders in it, without hidden ones, tests, links and what npm installs", () => {
    const folder = folderWith({
      "b.yaml": "",
      "a/c.yml": "",
      "a/d.json": "",
      "a/e.txt": "",
      "a/f.test.yaml": "",
      ".git/g.yaml": "",
      "node_modules/h.yaml": "",
    });
    symlinkSync("b.yaml", join(folder, "i.yaml"));
    const found = filesOf([folder, join(folder, "b.yaml")]).map((file) => relative(folder, file));
    expect(found).toEqual(["a/c.yml", "a/d.json", "b.yaml"]);
  });

  test("hold definitions, named by themselves or by their file, and things by their fields", () => {
    const { wanted, problems } = read({
      "checks.flow.yaml": FLOW,
      "flows/other.yaml": FLOW,
      "kept.yaml": "resource: flow\nname: kept\ndefinition: ./flows/other.yaml\nretentionDays: 7\n",
      "more.yaml": [
        "resource: queue\nname: workers\nleaseSeconds: 60",
        "resource: schedule\nflow: checks\nname: nightly\ncron: '0 3 * * *'\npayload: {a: 1}",
        "",
      ].join("\n---\n"),
      "one.json": '{"resource": "queue", "name": "json"}',
    });
    expect(problems).toEqual([]);
    expect(wanted).toMatchObject([
      { kind: "flow", name: "checks", body: { definition: FLOW } },
      { kind: "flow", name: "other" },
      { kind: "flow", name: "kept", body: { definition: FLOW, retentionDays: 7 } },
      { kind: "queue", name: "workers", body: { leaseSeconds: 60 } },
      { kind: "schedule", flow: "checks", name: "nightly", body: { payload: { a: 1 } } },
      { kind: "queue", name: "json" },
    ]);
  });

  test.each([
    ["resource: queue\nname: q\nlease: 3\n", "x.yaml:1:1: "],
    ["resource: queue\nname: q\nleaseSeconds: 0\n", "x.yaml:3:15: leaseSeconds: "],
    ["resource: schedule\nflow: f\nname: n\n", "x.yaml:1:1: cron: "],
    ["resource: schedule\nflow: f\nname: n\ncron: 61 * * * *\n", "x.yaml:4:7: minute"],
    ["resource: schedule\nflow: f\nname: n\ncron: '@daily'\ntimeZone: Mars\n", "x.yaml:4:7: timeZone"],
    [
      "resource: lamp\nname: n\n",
      'x.yaml:1:1: a definition has type: flow; anything else has resource: queue, flow, schedule, not "lamp"',
    ],
    ["a: [1\n", "x.yaml:2:1: "],
    ["- 1\n", "x.yaml:1:1: a definition has type: flow"],
    ["version: v1\ntype: flow\nsteps:\n  - type: nap\n    name: n\n", "x.yaml:4:11: error"],
  ])("%j is refused with its place", (text, problem) => {
    const { problems } = read({ "x.yaml": text });
    expect(problems[0]).toContain(problem);
  });

  test("name nothing twice", () => {
    const { problems } = read({
      "a.yaml": "resource: queue\nname: q\n",
      "b.yaml": "resource: queue\nname: q\n",
    });
    expect(problems).toEqual(["b.yaml:1:1: queue q stands in a.yaml, too"]);
  });
});
