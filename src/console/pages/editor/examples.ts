const FILES = import.meta.glob<string>("../../../../examples/*/flow.yaml", {
  query: "?raw",
  import: "default",
});

/** A definition to begin with: those of the examples. */
export interface Example {
  readonly name: string;
  readonly load: () => Promise<string>;
}

export const EXAMPLES: readonly Example[] = Object.entries(FILES)
  .map(([file, load]) => ({ name: file.split("/").at(-2) ?? file, load }))
  .toSorted((a, b) => a.name.localeCompare(b.name));

/** What a new flow begins with. */
export const FIRST = `version: v1
type: flow
steps:
  - type: pass
    name: hello
    outputMappings:
      - { target: greeting, source: hello }
`;
