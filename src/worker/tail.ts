import { TAIL_BYTES, TAIL_HEAD_BYTES } from "./limits.ts";

const CUT = "\n[...]\n";
const REST_BYTES = TAIL_BYTES - TAIL_HEAD_BYTES - CUT.length;

/** The first and the last of what was said, in bounded room. */
export class Tail {
  private head = Buffer.alloc(0);
  private rest: Buffer[] = [];
  private restBytes = 0;
  private isCut = false;

  add(chunk: Buffer): void {
    const room = TAIL_HEAD_BYTES - this.head.length;
    if (room > 0) this.head = Buffer.concat([this.head, chunk.subarray(0, room)]);
    if (chunk.length > room) this.addRest(chunk.subarray(Math.max(room, 0)));
  }

  private addRest(chunk: Buffer): void {
    this.rest.push(chunk.length > REST_BYTES ? Buffer.from(chunk.subarray(-REST_BYTES)) : Buffer.from(chunk));
    this.restBytes += chunk.length;
    if (this.restBytes <= REST_BYTES) return;
    this.isCut = true;
    // Not at each chunk: many small ones would be copied again and again.
    if (this.restBytes <= 2 * REST_BYTES) return;
    this.rest = [this.lastOfRest()];
    this.restBytes = REST_BYTES;
  }

  private lastOfRest(): Buffer {
    return Buffer.concat(this.rest).subarray(-REST_BYTES);
  }

  /** At most `bytes` of it; what is not UTF-8 is replaced. */
  text(bytes = TAIL_BYTES): string {
    if (bytes <= 0) return "";
    const rest = this.lastOfRest();
    const whole = Buffer.concat([this.head, ...(this.isCut ? [Buffer.from(CUT)] : []), rest]);
    return atMost(whole, bytes);
  }
}

/** The last of it, cut between characters. */
function atMost(bytes: Buffer, limit: number): string {
  let text = bytes.toString("utf8");
  if (bytes.length > limit)
    text = bytes
      .subarray(-limit)
      .toString("utf8")
      .replace(/^\uFFFD+/, "");
  // What was replaced takes more room than what it replaced.
  while (Buffer.byteLength(text) > limit)
    text = text.slice(Math.ceil((Buffer.byteLength(text) - limit) / 4) || 1);
  return text;
}

/** The last characters of a stream. */
export class LastWords {
  private readonly limit: number;
  private bytes: Buffer = Buffer.alloc(0);

  /** In characters. */
  constructor(limit: number) {
    this.limit = limit;
  }

  add(chunk: Buffer): void {
    // A character takes four bytes at the most.
    this.bytes = Buffer.concat([this.bytes, chunk]).subarray(-this.limit * 4);
  }

  text(): string {
    return this.bytes
      .toString("utf8")
      .replace(/^\uFFFD+/, "")
      .trimEnd()
      .slice(-this.limit);
  }
}
