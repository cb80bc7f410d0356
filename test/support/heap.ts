import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that are in use once all that nobody refers to is gone, those of typed arrays included. */
export function heapInUse(): number {
  collectGarbage();
  // What typed arrays took is counted down a little later.
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What somebody keeps in memory, with the most that was in use on the way there, in bytes. */
export class HeapWatch {
  most = 0;
  private readonly before = heapInUse();

  look(): number {
    const used = heapInUse() - this.before;
    this.most = Math.max(this.most, used);
    return used;
  }
}
