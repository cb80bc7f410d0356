import { textHash } from "./text-hash.ts";

/** Bytes of a place: two numbers. */
const PLACE_BYTES = 8;
/** Of the set itself. */
const SET_BYTES = 300;
const PLACES_FIRST = 64;
/** No more of the places are taken, so that whoever looks soon finds a free one. */
const TAKEN_MOST = 0.8;

/** Texts of which nothing is kept but 64 bits, by which they are known again. None is ever taken out. */
export class DigestSet {
  private first = new Int32Array(PLACES_FIRST);
  private second = new Int32Array(PLACES_FIRST);
  private count = 0;

  /** By a formula. */
  get bytes(): number {
    return SET_BYTES + this.first.length * PLACE_BYTES;
  }

  has(text: string): boolean {
    const [one, other] = digestOf(text);
    const place = this.placeOf(one, other);
    return this.first[place] === one && this.second[place] === other;
  }

  add(text: string): void {
    const { length } = this.first;
    if (this.count + 1 > length * TAKEN_MOST) this.resize(2 * length);
    this.put(...digestOf(text));
  }

  /** Nothing more will be added. */
  close(): void {
    this.resize(Math.ceil((this.count + 1) / TAKEN_MOST));
  }

  private resize(places: number): void {
    const { first, second } = this;
    this.first = new Int32Array(places);
    this.second = new Int32Array(places);
    this.count = 0;
    for (const [place, one] of first.entries()) {
      const other = second[place] ?? 0;
      if (!isFree(one, other)) this.put(one, other);
    }
  }

  private put(one: number, other: number): void {
    const place = this.placeOf(one, other);
    if (isFree(this.first[place], this.second[place])) this.count++;
    this.first[place] = one;
    this.second[place] = other;
  }

  /** Where these numbers stand, or could. */
  private placeOf(one: number, other: number): number {
    const { first, second } = this;
    let place = (one >>> 0) % first.length;
    while (!isFree(first[place], second[place])) {
      if (first[place] === one && second[place] === other) return place;
      place = (place + 1) % first.length;
    }
    return place;
  }
}

function isFree(one: number | undefined, other: number | undefined): boolean {
  return one === 0 && other === 0;
}

/** Never twice nothing: that is a free place. */
function digestOf(text: string): readonly [number, number] {
  const one = textHash(text);
  const other = textHash(text, 0x27d4eb2f);
  return one === 0 && other === 0 ? [0, 1] : [one, other];
}
