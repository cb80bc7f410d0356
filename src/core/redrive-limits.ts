/** How often an execution goes on after an end: with each its history grows. */
export const REDRIVES_MAX = 1000;
/** Steps, and children, that the plan of a redrive names. */
export const REDRIVE_STEPS_SHOWN = 100;
/** Versions that one execution runs under, one after the other: its head tells of each. */
export const ERAS_MAX = 100;
