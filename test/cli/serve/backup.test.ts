import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { beforeEach, describe, expect, test } from "vitest";
import { backup } from "../../../src/cli/serve/backup/backup.ts";
import { FolderCopy } from "../../../src/cli/serve/backup/folder-copy.ts";
import { restore } from "../../../src/cli/serve/backup/restore.ts";
import { startControl } from "../../../src/cli/serve/control.ts";

const OBJECT = "state/v3/do/millrace-FlowObject/0a1b.sqlite";
const FILES: Readonly<Record<string, string>> = {
  format: "1\n",
  "secrets.env": "MASTER_KEY=x\n",
  [OBJECT]: "pages",
  [`${OBJECT}-wal`]: "frames",
};

let base: string;
let data: string;
let file: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "millrace-backup-"));
  data = join(base, "data");
  file = join(base, "one.tar.gz");
  for (const [path, text] of Object.entries(FILES)) put(path, text);
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(data, path)), { recursive: true });
  writeFileSync(join(data, path), text);
}

/** All files below a folder, with their texts. */
function read(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path, "utf8")];
    }),
  );
}

describe("a backup", () => {
  test("becomes a folder with the same data, without what is made anew", async () => {
    for (const path of ["service.log", "credentials.json", "tmp/index.js", `${OBJECT}-shm`]) put(path, "?");
    const made = await backup(data, file, "0.2.0");
    expect(made).toMatchObject({ format: 1, version: "0.2.0", files: 4 });
    expect(made.pauseMs).toBeUndefined();
    expect(await restore(file, join(base, "restored"))).toMatchObject({ files: 4 });
    expect(read(join(base, "restored"))).toEqual(FILES);
  });

  test("leaves nothing in the data folder, and nothing but itself where it was written", async () => {
    const before = read(data);
    await backup(data, file, "0.2.0");
    expect(read(data)).toEqual(before);
    expect(readdirSync(base).toSorted()).toEqual(["data", "one.tar.gz"]);
  });

  test("that cannot be written leaves the one before as it is", async () => {
    await expect(backup(data, join(base, "none", "one.tar.gz"), "0.2.0")).rejects.toThrow(
      /there is no folder .*none: make it first/,
    );
    await expect(backup(join(base, "empty"), file, "0.2.0")).rejects.toThrow(/is no data folder/);
    expect(existsSync(file)).toBe(false);
  });

  test("of a running server stands for the moment in which it stood still", async () => {
    const told: string[] = [];
    const control = await startControl(data, {
      pause: async () => {
        // As a server does that was asked for something until then.
        put(OBJECT, "pages of then");
        rmSync(join(data, `${OBJECT}-wal`));
        told.push("paused");
        return { resume: () => told.push("resumed"), ended: new Promise(() => {}) };
      },
    });
    const { pauseMs } = await backup(data, file, "0.2.0");
    control.stop();
    expect(told).toEqual(["paused", "resumed"]);
    expect(pauseMs).toBeGreaterThanOrEqual(0);
    await restore(file, join(base, "restored"));
    expect(readFileSync(join(base, "restored", OBJECT), "utf8")).toBe("pages of then");
    expect(existsSync(join(base, "restored", `${OBJECT}-wal`))).toBe(false);
  });

  test("is refused where the server went on, or ended, before all was copied", async () => {
    const control = await startControl(data, {
      pause: async () => ({ resume: () => {}, ended: Promise.resolve("SIGKILL") }),
    });
    await expect(backup(data, file, "0.2.0")).rejects.toThrow(/the service went on, or ended/);
    control.stop();
    expect(existsSync(file)).toBe(false);
  });

  test("is refused while another one is made, and goes past what a killed server said of itself", async () => {
    const control = await startControl(data, {
      pause: async () => {
        await expect(backup(data, file, "0.2.0")).rejects.toThrow(/another backup of it is under way/);
        return { resume: () => {}, ended: new Promise(() => {}) };
      },
    });
    await backup(data, file, "0.2.0");
    const said = readFileSync(join(data, "control.json"), "utf8");
    control.stop();
    put("control.json", said);
    expect((await backup(data, file, "0.2.0")).pauseMs).toBeUndefined();
  });
});

test("only who knows the secret of a server may have it stand still", async () => {
  const control = await startControl(data, {
    pause: async () => {
      throw new Error("nobody is asked");
    },
  });
  const { url, secret } = JSON.parse(readFileSync(join(data, "control.json"), "utf8")) as Record<
    string,
    string
  >;
  const ask = async (path: string, method: string, authorization = "") =>
    (await fetch(`${url}${path}`, { method, headers: { authorization } })).status;
  expect(await ask("/pause", "POST")).toBe(403);
  expect(await ask("/pause", "DELETE", secret)).toBe(410);
  expect(await ask("/pause", "GET", secret)).toBe(405);
  expect(await ask("/other", "POST", secret)).toBe(404);
  expect(await ask("/pause", "POST", secret)).toBe(503);
  control.stop();
});

test("a copy takes again what was written a moment ago, be its size and its time the same", () => {
  const copy = new FolderCopy(data, join(base, "copy"));
  copy.update();
  put(OBJECT, "PAGES");
  copy.update();
  expect(readFileSync(join(base, "copy", OBJECT), "utf8")).toBe("PAGES");
});

describe("a restore", () => {
  const manifest = { format: 1, version: "0.2.0", madeAt: "2026-11-01T00:00:00Z", files: 1, bytes: 5 };

  async function archive(entries: Readonly<Record<string, string>>, type: "file" | "symlink" = "file") {
    const tar = await packTar(
      Object.entries(entries).map(([name, body]) => {
        const isLink = type === "symlink" && name !== "millrace-backup.json";
        return isLink
          ? { header: { name, size: 0, type, linkname: "/etc/passwd" } }
          : { header: { name, size: body.length, type: "file" as const }, body };
      }),
    );
    writeFileSync(file, gzipSync(tar));
  }

  async function refusal(): Promise<string> {
    const target = join(base, "restored");
    const error: unknown = await restore(file, target).catch((thrown: unknown) => thrown);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(base).filter((name) => name.includes("partial"))).toEqual([]);
    return error instanceof Error ? `${error.constructor.name}: ${error.message}` : "restored";
  }

  const said = JSON.stringify(manifest);

  test.each([
    [
      "a file that is a newer version's",
      { "millrace-backup.json": said.replace('"format":1', '"format":99') },
      "newer Millrace",
    ],
    ["an archive of something else", { "README.md": "text" }, "is no backup of Millrace"],
    ["an archive that says nothing of itself", { "millrace-backup.json": "{}" }, "makes no sense"],
    ["a way out of the folder", { "millrace-backup.json": said, "../../evil": "12345" }, '"../../evil"'],
    [
      "a way out within",
      { "millrace-backup.json": said, "state/v3/do/../../../x.sqlite": "12345" },
      "is no backup",
    ],
    ["a whole way", { "millrace-backup.json": said, "/etc/cron.d/x": "12345" }, "is no backup"],
    [
      "a file more than it should have",
      { "millrace-backup.json": said, format: "1\n", [OBJECT]: "123" },
      "not whole",
    ],
    ["a file less", { "millrace-backup.json": said }, "holds 0 of 1 files"],
  ])("%s is refused, and nothing is written", async (_, entries, words) => {
    await archive(entries);
    const told = await refusal();
    expect(told).toMatch(/^UsageError/);
    expect(told).toContain(words);
  });

  test("a link is refused", async () => {
    await archive({ "millrace-backup.json": said, [OBJECT]: "" }, "symlink");
    expect(await refusal()).toContain("is no backup of Millrace");
  });

  test("a backup whose end is missing is refused, wherever it was cut", async () => {
    put(OBJECT, Array.from({ length: 20_000 }, (_, index) => index * 7919).join());
    await backup(data, file, "0.2.0");
    const whole = readFileSync(file);
    const tar = gunzipSync(whole);
    const cuts = [
      whole.subarray(0, 0),
      whole.subarray(0, 5),
      whole.subarray(0, whole.length / 2),
      whole.subarray(0, -1),
    ];
    for (const cut of [...cuts, gzipSync(tar.subarray(0, 4096)), gzipSync(tar.subarray(0, 3000))]) {
      writeFileSync(file, cut);
      expect(await refusal()).toMatch(/^UsageError: .*one\.tar\.gz/);
    }
    const damaged = Buffer.from(whole);
    damaged[whole.length - 20] = (damaged[whole.length - 20] ?? 0) ^ 255;
    for (const bytes of [damaged, Buffer.from("no archive at all")]) {
      writeFileSync(file, bytes);
      expect(await refusal()).toMatch(/^UsageError/);
    }
    rmSync(file);
    expect(await refusal()).toContain("there is no such file");
  });

  test("a folder with something in it is left alone; an empty one is taken", async () => {
    await backup(data, file, "0.2.0");
    await expect(restore(file, data)).rejects.toThrow(/is not empty: restore to a new folder/);
    mkdirSync(join(base, "empty"));
    await restore(file, join(base, "empty"));
    expect(read(join(base, "empty"))).toEqual(FILES);
  });
});
