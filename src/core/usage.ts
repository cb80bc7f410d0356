/** What an object has cost, in the units that the platform bills. Counts of everything since it was made. */
export interface Usage {
  /** As the cursors of its SQL say: entries of indexes count, and so do rows that are replaced or deleted. */
  readonly rowsWritten: number;
  readonly rowsRead: number;
  /** Calls that reached it, and alarms that rang. */
  readonly requests: number;
  /** Alarms that were set; each is billed as a row written, and is not among `rowsWritten`. */
  readonly alarms: number;
  /** Writes to the transport queue, with the read and the deletion that follow each: per 64 KB of a message. */
  readonly transportOperations: number;
}

export const NO_USAGE: Usage = {
  rowsWritten: 0,
  rowsRead: 0,
  requests: 0,
  alarms: 0,
  transportOperations: 0,
};
