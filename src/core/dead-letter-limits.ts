/** Dead letters of a subscription, or of a shard's notices: with one more the oldest goes. */
export const DEAD_LETTERS_KEPT = 1000;
/** Those that are over, as many as one turn removes. */
export const DEAD_LETTERS_FORGOTTEN_AT_ONCE = 100;
/** What is kept of what the last try met. */
export const DEAD_LETTER_DETAIL_LENGTH = 256;
/** Queues, and subscriptions, with dead letters that the sum over all of them names. */
export const DEAD_LETTER_PLACES_LISTED = 1000;
