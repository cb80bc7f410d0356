/** What is recorded of a choice; the rules of `fact.ts` hold. */

/** A choice took an option that has steps. */
export interface OptionEntered {
  readonly type: "optionEntered";
  /** Of the choice. */
  readonly frame: string;
  readonly option: number;
  readonly warnings?: readonly string[];
}

export interface OptionExited {
  readonly type: "optionExited";
  /** Of the option. */
  readonly frame: string;
}
