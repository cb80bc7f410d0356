/** What units say: of each section its settings, in order. */
export class Units {
  private readonly settings: readonly Setting[];

  constructor(text: string) {
    this.settings = read(text);
  }

  /** All values of a list; an empty one begins it anew. */
  all(section: string, name: string): string[] {
    const values = this.settings
      .filter((one) => one.section === section && one.name === name)
      .map(({ value }) => value);
    return values.slice(values.lastIndexOf("") + 1);
  }

  /** The value that counts: the last. */
  one(section: string, name: string): string | undefined {
    return this.all(section, name).at(-1);
  }

  isOn(section: string, name: string): boolean {
    return /^(?:1|yes|true|on|y|t)$/i.test(this.one(section, name) ?? "");
  }

  /** What is set in a section. */
  names(section: string): string[] {
    const own = this.settings.filter((one) => one.section === section);
    return [...new Set(own.map(({ name }) => name))];
  }
}

interface Setting {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

function read(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = "";
  for (const line of logicalLines(text)) {
    const [, header] = /^\[(.+)\]$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    const [, name, value = ""] = /^([A-Za-z][\w-]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) settings.push({ section, name, value });
  }
  return settings;
}

/** A backslash at the end goes on with the next line; comments between them do not count. */
function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (/^[#;]/.test(line)) continue;
    if (line.endsWith("\\")) open += `${line.slice(0, -1)} `;
    else {
      lines.push((open + line).trim());
      open = "";
    }
  }
  return open === "" ? lines : [...lines, open.trim()];
}
