type Cells = Float64Array | Int32Array | Uint16Array | Uint8Array;

const MAKERS = {
  time: (length: number) => new Float64Array(length),
  int: (length: number) => new Int32Array(length),
  short: (length: number) => new Uint16Array(length),
  byte: (length: number) => new Uint8Array(length),
};

/** Sorts of numbers: instants and numbers of any size (8 bytes), 32 bits with a sign, 16 bits, 8 bits. */
export type ColumnSort = keyof typeof MAKERS;

/**
 * One number of each row, without an object a row: 200,000 objects with their times would take several times the memory.
 * A new row has 0.
 */
export class Column {
  private readonly sort: ColumnSort;
  private cells: Cells;

  constructor(sort: ColumnSort, capacity = 0) {
    this.sort = sort;
    this.cells = MAKERS[sort](capacity);
  }

  get capacity(): number {
    return this.cells.length;
  }

  get(row: number): number {
    return this.cells[row] ?? 0;
  }

  set(row: number, value: number): void {
    this.cells[row] = value;
  }

  /** Rows beyond the capacity are gone. */
  resize(capacity: number): void {
    const { cells } = this;
    this.cells = MAKERS[this.sort](capacity);
    this.cells.set(capacity < cells.length ? cells.subarray(0, capacity) : cells);
  }
}

/** Columns of one table: they have the same rows. */
export class Columns {
  private readonly all: Column[] = [];
  private rows = 0;

  get capacity(): number {
    return this.rows;
  }

  column(sort: ColumnSort): Column {
    const column = new Column(sort, this.rows);
    this.all.push(column);
    return column;
  }

  resize(capacity: number): void {
    this.rows = capacity;
    for (const column of this.all) column.resize(capacity);
  }

  /** A row as it is when it is new. */
  wipe(row: number): void {
    for (const column of this.all) column.set(row, 0);
  }
}

const SMALLEST = 32;
const SMALL = 1024;

/**
 * How many rows a table should have that is to hold so many: an eighth more than it had (a small one twice as many), so
 * that it grows seldom, but no more than `most` before they are needed.
 */
export function grown(capacity: number, rows = capacity + 1, most = Number.POSITIVE_INFINITY): number {
  if (rows <= capacity) return capacity;
  const next = Math.ceil(capacity < SMALL ? 2 * capacity : 1.125 * capacity);
  return Math.max(rows, Math.min(most, Math.max(SMALLEST, next)));
}

/** So many empty rows are not worth giving back, nor are fewer than seven of eight. */
const SPARSE_ROWS = 8192;
const SPARSE_SHARE = 1 / 8;

/** Whether a table has much more room than it needs. */
export function isSparse(rows: number, capacity: number): boolean {
  return capacity > SPARSE_ROWS && rows < capacity * SPARSE_SHARE;
}
