import { sign } from "hono/utils/jwt/jwt";

export interface AccessTeam {
  /** As the team's certificates have it. */
  readonly certificate: {
    readonly kid: string;
    readonly kty: string;
    readonly n: string;
    readonly e: string;
  };
  /** Signs what Cloudflare Access would say. */
  assert(claims: object): Promise<string>;
}

/** A team of Cloudflare Access with a key of its own. */
export async function newTeam(kid = "k1"): Promise<AccessTeam> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048 };
  const exponent = { publicExponent: new Uint8Array([1, 0, 1]) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- such algorithms make pairs
  const pair = (await crypto.subtle.generateKey({ ...algorithm, ...exponent }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const { kty, n = "", e = "", ...rest } = await jwkOf(pair.privateKey);
  return {
    certificate: { kid, kty, n, e },
    assert: (claims) => sign({ ...claims }, { ...rest, kty, n, e, kid, alg: "RS256" }, "RS256"),
  };
}

async function jwkOf(key: CryptoKey): Promise<JsonWebKey> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- this format is a JWK
  return (await crypto.subtle.exportKey("jwk", key)) as JsonWebKey;
}
