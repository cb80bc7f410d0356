import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { messageOf } from "../../../core/result.ts";
import { COMMAND_DEFINITION, COMMAND_QUEUE } from "../../crontab/command-flow.ts";
import type { Stored } from "../../crontab/plan.ts";
import { UsageError } from "../../usage-error.ts";
import { documentOf } from "../apply/document-of.ts";
import { type Target, storedFrom } from "./target.ts";

const ENDING = ".schedule.yaml";

const scheduleFile = z.looseObject({
  resource: z.literal("schedule"),
  flow: z.string(),
  name: z.string(),
  enabled: z.boolean().optional(),
});

/** Schedules as files, one each, for `millrace apply`; what stands there is what an earlier import has written. */
export class FolderTarget implements Target {
  private readonly folder: string;
  private readonly flow: string;

  constructor(folder: string, flow: string) {
    this.folder = folder;
    this.flow = flow;
  }

  async stored(): Promise<Stored[]> {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder)
      .filter((name) => name.endsWith(ENDING))
      .toSorted()
      .map((name) => this.read(join(this.folder, name)))
      .filter(({ flow }) => flow === this.flow)
      .map((fields) => storedFrom(fields, { name: fields.name, enabled: fields.enabled !== false }));
  }

  private read(file: string) {
    try {
      return scheduleFile.parse(parse(readFileSync(file, "utf8")));
    } catch (error) {
      throw new UsageError(`${file} is no file of a schedule, so nothing was written: ${messageOf(error)}`);
    }
  }

  async prepare(isDry: boolean): Promise<string[]> {
    const texts = {
      [`${COMMAND_QUEUE}.queue.yaml`]: documentOf({ resource: "queue", name: COMMAND_QUEUE }),
      [`${this.flow}.flow.yaml`]: COMMAND_DEFINITION,
    };
    const made = Object.entries(texts).filter(([name]) => !existsSync(join(this.folder, name)));
    if (!isDry) for (const [name, text] of made) this.write(name, text);
    return made.map(([name]) => `file ${join(this.folder, name)}`);
  }

  async create(name: string, fields: object): Promise<void> {
    this.write(`${name}${ENDING}`, documentOf({ resource: "schedule", flow: this.flow, name, ...fields }));
  }

  async change(name: string, patch: object): Promise<void> {
    const fields = this.read(join(this.folder, `${name}${ENDING}`));
    const entries = Object.entries({ ...fields, ...patch }).filter(([, value]) => value !== null);
    this.write(`${name}${ENDING}`, documentOf(Object.fromEntries(entries)));
  }

  async pause(name: string): Promise<void> {
    await this.change(name, { enabled: false });
  }

  async remove(name: string): Promise<void> {
    rmSync(join(this.folder, `${name}${ENDING}`), { force: true });
  }

  private write(name: string, text: string): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(join(this.folder, name), text);
    } catch (error) {
      throw new UsageError(`${join(this.folder, name)} cannot be written: ${messageOf(error)}`);
    }
  }
}
