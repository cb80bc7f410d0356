/** Why somebody does something, in his own words. */
export const REASON_LENGTH = 256;
