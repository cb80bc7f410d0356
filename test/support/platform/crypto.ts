import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Random } from "./random.ts";

/** Web Crypto as far as we use it, done at once: real threads would make runs differ from each other. */
export function simulatedCrypto(random: Random) {
  const bytes = (buffer: Buffer) => new Uint8Array(buffer).buffer;
  const sign = (key: Buffer, data: Uint8Array) => createHmac("sha256", key).update(data).digest();
  return {
    randomUUID: () => {
      const hex = Array.from({ length: 32 }, () => random.between(0, 15).toString(16)).join("");
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        "-",
      );
    },
    subtle: {
      importKey: async (_: string, key: ArrayBuffer | Uint8Array) => Buffer.from(new Uint8Array(key)),
      sign: async (_: string, key: Buffer, data: Uint8Array) => bytes(sign(key, data)),
      verify: async (_: string, key: Buffer, signature: Uint8Array, data: Uint8Array) => {
        const expected = sign(key, data);
        return signature.length === expected.length && timingSafeEqual(signature, expected);
      },
      digest: async (algorithm: string, data: Uint8Array) =>
        bytes(createHash(algorithm.replace("-", "").toLowerCase()).update(data).digest()),
    },
  };
}
