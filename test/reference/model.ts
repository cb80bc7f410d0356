/**
 * Flows as data, as the generator makes them and the interpreter runs them. Nothing here knows the engine: what a flow
 * means is said a second time, as simply as possible.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | { readonly [key: string]: Value };
export type Bag = { readonly [key: string]: Value };

export type Source =
  | { readonly constant: Value }
  | { readonly root: "$input" | "$local"; readonly keys: readonly string[] }
  /** `$local[*].key` */
  | { readonly each: string };

export interface Mapping {
  readonly target: string;
  readonly source: Source;
}

export type Operand = { readonly constant: null | boolean | number | string } | { readonly key: string };
export type Test =
  | {
      readonly operator: "==" | "!=" | "<" | "<=" | ">" | ">=";
      readonly left: Operand;
      readonly right: Operand;
    }
  | { readonly all: readonly Test[] }
  | { readonly any: readonly Test[] }
  | { readonly not: Test }
  | { readonly alone: Operand };

interface Common {
  readonly name: string;
  readonly inputs?: readonly Mapping[];
  readonly outputs?: readonly Mapping[];
  readonly end?: boolean;
}

export interface Way {
  readonly steps?: readonly Step[];
  readonly goto?: string;
}

export type Step =
  | (Common & { readonly type: "pass" | "wait" | "succeed" })
  | (Common & { readonly type: "fail"; readonly error: string })
  | (Common & {
      readonly type: "task";
      readonly retry?: { readonly errors: readonly string[]; readonly maxAttempts: number };
      readonly caught?: { readonly errors: readonly string[]; readonly goto: string };
      readonly failureOutputs?: readonly Mapping[];
    })
  | (Common & {
      readonly type: "choice";
      readonly options: readonly (Way & { readonly test: Test })[];
      readonly otherwise?: Way;
    })
  | (Common & { readonly type: "parallel"; readonly branches: readonly (readonly Step[])[] })
  | (Common & {
      readonly type: "foreach";
      readonly collection: readonly Value[] | string;
      readonly item: string;
      readonly index?: string;
      readonly concurrency: number;
      readonly steps: readonly Step[];
    });

/** What a worker answers to an attempt of the task at a path. */
export type Script = (path: string, attempt: number) => { readonly output: Bag } | { readonly error: string };
