/** Odd numbers with about as many ones as zeros, so that each character changes many digits. */
const [A, B, C] = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35];

/** 32 bits of a text, with a sign: good for finding, not against somebody who looks for two texts of the same number. */
export function textHash(text: string, seed = 0): number {
  let hash = seed ^ text.length;
  for (let at = 0; at < text.length; at++) hash = turned(Math.imul(hash ^ text.charCodeAt(at), A));
  hash = Math.imul(hash ^ (hash >>> 16), B);
  hash = Math.imul(hash ^ (hash >>> 13), C);
  return hash ^ (hash >>> 16);
}

function turned(bits: number): number {
  return (bits << 13) | (bits >>> 19);
}
