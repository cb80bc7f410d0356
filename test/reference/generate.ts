import fc from "fast-check";
import type { Bag, Mapping, Operand, Script, Source, Step, Test, Value } from "./model.ts";

const KEYS = ["a", "b", "c", "items"] as const;
const ERRORS = ["Red", "Blue", "FnF.ALL"] as const;

const key = fc.constantFrom(...KEYS);
const scalar: fc.Arbitrary<null | boolean | number | string> = fc.oneof(
  fc.constantFrom(null, true, false, "true", "FALSE", "x", "10", "9", ""),
  fc.integer({ min: -2, max: 11 }),
);
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(key, scalar, { maxKeys: 2 }) },
);
const bag: fc.Arbitrary<Bag> = fc.record(
  { a: value, b: value, c: value, items: fc.array(scalar, { maxLength: 5 }) },
  { requiredKeys: [] },
);

const source: fc.Arbitrary<Source> = fc.oneof(
  // A text that begins with a dollar would be a path; there is none among the scalars.
  value.map((constant) => ({ constant })),
  fc.record({
    root: fc.constantFrom("$input" as const, "$local" as const),
    keys: fc.array(key, { maxLength: 2 }),
  }),
  key.map((each) => ({ each })),
);
const mappings: fc.Arbitrary<Mapping[]> = fc.array(fc.record({ target: key, source }), { maxLength: 3 });

const operand: fc.Arbitrary<Operand> = fc.oneof(
  scalar.map((constant) => ({ constant })),
  key.map((name) => ({ key: name })),
);
const { test } = fc.letrec<{ test: Test }>((tie) => ({
  test: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ operator: fc.constantFrom("==", "!=", "<", "<=", ">", ">="), left: operand, right: operand }),
    operand.map((alone) => ({ alone })),
    tie("test").map((not) => ({ not })),
    fc.array(tie("test"), { minLength: 2, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie("test"), { minLength: 2, maxLength: 3 }).map((any) => ({ any })),
  ),
}));

/** A step without its name; targets of jumps are positions from the start of its list. */
interface Draft {
  readonly make: (name: string, names: readonly string[], position: number) => Step;
}

const common = fc.record(
  { inputs: mappings, outputs: mappings, end: fc.constantFrom(true, false, false, false) },
  { requiredKeys: [] },
);

/** Forward only: a choice decides on data, which need not change. */
function ahead(names: readonly string[], position: number, pick: number): string | undefined {
  const rest = names.slice(position + 1);
  return rest[pick % Math.max(1, rest.length)];
}

let counter = 0;

/** Names steps when their list is made: unlike in all lists, so that no warning hides one. */
function nameAll(drafts: readonly Draft[]): Step[] {
  const names = drafts.map(() => `s${counter++}`);
  return drafts.map(({ make }, position) => make(names[position], names, position));
}

const { drafts } = fc.letrec<{ drafts: Draft[]; draft: Draft }>((tie) => ({
  drafts: fc.array(tie("draft"), { minLength: 1, maxLength: 4, depthIdentifier: "list" }),
  draft: fc.oneof(
    { maxDepth: 3, depthIdentifier: "list", withCrossShrink: true },
    { weight: 6, arbitrary: fc.oneof(plainDraft("pass"), taskDraft(), taskDraft()) },
    { weight: 1, arbitrary: plainDraft("wait") },
    { weight: 1, arbitrary: ending() },
    { weight: 3, arbitrary: choiceDraft(tie("drafts")) },
    { weight: 2, arbitrary: parallelDraft(tie("drafts")) },
    { weight: 2, arbitrary: foreachDraft(tie("drafts")) },
  ),
}));

function plainDraft(type: "pass" | "wait"): fc.Arbitrary<Draft> {
  return common.map((more) => ({ make: (name) => ({ type, name, ...more }) }));
}

function parallelDraft(inner: fc.Arbitrary<Draft[]>): fc.Arbitrary<Draft> {
  return fc.tuple(common, fc.array(inner, { minLength: 1, maxLength: 3 })).map(([more, branches]) => ({
    make: (name) => ({ type: "parallel", name, ...more, branches: branches.map((list) => nameAll(list)) }),
  }));
}

function ending(): fc.Arbitrary<Draft> {
  return fc.tuple(fc.boolean(), mappings).map(([isGood, outputs]) => ({
    make: (name) => (isGood ? { type: "succeed", name, outputs } : { type: "fail", name, error: "Broken" }),
  }));
}

function taskDraft(): fc.Arbitrary<Draft> {
  const errors = fc.uniqueArray(fc.constantFrom(...ERRORS), { minLength: 1, maxLength: 2 });
  const handling = fc.record(
    {
      retry: fc.record({ errors, maxAttempts: fc.integer({ min: 0, max: 2 }) }),
      caught: fc.record({ errors, pick: fc.nat(9) }),
      failureOutputs: mappings,
    },
    { requiredKeys: [] },
  );
  return fc.tuple(common, handling).map(([more, { retry, caught, failureOutputs }]) => ({
    make: (name, names) => ({
      type: "task",
      name,
      ...more,
      ...(retry && { retry }),
      ...(caught && { caught: { errors: caught.errors, goto: names[caught.pick % names.length] } }),
      ...(caught && failureOutputs && { failureOutputs }),
    }),
  }));
}

function choiceDraft(inner: fc.Arbitrary<Draft[]>): fc.Arbitrary<Draft> {
  const way = fc.record({ steps: inner, jump: fc.nat(9) }, { requiredKeys: [] });
  const make = (names: readonly string[], position: number) => {
    return ({ steps, jump }: { steps?: Draft[]; jump?: number }) => {
      const goto = jump === undefined ? undefined : ahead(names, position, jump);
      return { ...(steps && { steps: nameAll(steps) }), ...(goto !== undefined && { goto }) };
    };
  };
  return fc
    .tuple(
      common,
      fc.array(fc.tuple(test, way), { minLength: 1, maxLength: 3 }),
      fc.option(way, { nil: undefined }),
    )
    .map(([more, options, otherwise]) => ({
      make: (name, names, position) => ({
        type: "choice",
        name,
        ...more,
        options: options.map(([condition, one]) => ({
          test: condition,
          ...make(names, position)(one),
        })),
        ...(otherwise && { otherwise: make(names, position)(otherwise) }),
      }),
    }));
}

function foreachDraft(inner: fc.Arbitrary<Draft[]>): fc.Arbitrary<Draft> {
  const collection = fc.oneof(fc.constantFrom("items", "items", "a"), fc.array(scalar, { maxLength: 5 }));
  return fc
    .tuple(common, collection, fc.boolean(), fc.integer({ min: 1, max: 6 }), inner)
    .map(([more, items, isIndexed, concurrency, steps]) => ({
      make: (name) => ({
        type: "foreach",
        name,
        ...more,
        collection: items,
        item: "a",
        ...(isIndexed && { index: "b" }),
        concurrency,
        steps: nameAll(steps),
      }),
    }));
}

export const flows: fc.Arbitrary<Step[]> = drafts.map((list) => nameAll(list));
export const inputs = bag;

/** Answers that depend on the task's path and attempt only. Late rounds succeed, so that every loop ends. */
export const scripts: fc.Arbitrary<Script> = fc
  .record({ seed: fc.nat(), failures: fc.constantFrom(0, 0.2, 0.5) })
  .map(({ seed, failures }) => (path, attempt) => {
    const number = scatter(`${seed} ${path} ${attempt}`);
    const round = Number(/#(\d+)$/.exec(path)?.[1] ?? 1);
    if (round < 3 && (number % 1000) / 1000 < failures) return { error: number % 2 === 0 ? "Red" : "Blue" };
    return { output: { [KEYS[number % 3]]: number % 12, ...(number % 5 === 0 && { c: "x" }) } };
  });

function scatter(text: string): number {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return (sum * 7919) % 1_000_003;
}
