/** How often an execution goes on after an end: with each its history grows. */
export const REDRIVES_MAX = 1000;
