import { accessKeySecret } from "../../auth/access-key.ts";
import { equalInConstantTime, toBase64Url, utf8 } from "../../auth/bytes.ts";
import type { MasterKey } from "../../auth/master-key.ts";
import { isTimely } from "../../auth/request-signature.ts";
import type { Caller } from "../../auth/roles.ts";
import type { Nonce } from "../../core/durable/nonces.ts";
import type { Env } from "../../env.ts";
import { findCaller, isIssuedForm } from "../../service/key-calls.ts";
import { FnfError, errorOf } from "./errors.ts";
import type { SignedRequest } from "./signature.ts";

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const NONCE_LENGTH_MAX = 256;
/** Of a string to sign that an error repeats: clients compare it with their own, which are shorter. */
const SHOWN_LENGTH_MAX = 16 * 1024;

/** Who signed a request, and what makes it one of a kind; throws the error otherwise. */
export async function authenticate(
  env: Env,
  master: MasterKey,
  signed: SignedRequest,
  requestId: string,
): Promise<{ caller: Caller; nonce: Nonce }> {
  const { accessKeyId, signature, nonce, names } = signed;
  const at = signedAt(signed);
  if (nonce.length > NONCE_LENGTH_MAX) {
    throw new FnfError("InvalidArgument", `${names.nonce} has at most ${NONCE_LENGTH_MAX} characters`);
  }
  // Whether there is such a key nobody is asked before its secret was shown.
  if (!isIssuedForm(accessKeyId)) {
    throw new FnfError(
      "InvalidAccessKeyId.NotFound",
      `${names.accessKeyId} is no access key of this service`,
    );
  }
  const stringToSign = await signed.stringToSign();
  const expected = await signed.sign(await accessKeySecret(master, accessKeyId), stringToSign);
  if (!equalInConstantTime(signature, expected)) throw unproven(names.signature, stringToSign);
  const found = await findCaller(env, accessKeyId);
  if (!found.ok) throw errorOf(found);
  return { caller: found.caller, nonce: { id: await nonceId(accessKeyId, nonce), at, request: requestId } };
}

function signedAt({ timestamp, names }: SignedRequest): number {
  const at = TIMESTAMP.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new FnfError(
      "InvalidTimeStamp.Format",
      `${names.timestamp}, the time of signing, must have the form YYYY-MM-DDThh:mm:ssZ, in UTC`,
    );
  }
  if (isTimely(at, Date.now())) return at;
  throw new FnfError(
    "InvalidTimeStamp.Expired",
    `${names.timestamp} is too long ago, or in the future: set the clock`,
  );
}

function unproven(name: string, stringToSign: string): FnfError {
  // Clients take what stands behind the first colon, and say that the secret is wrong when it is what they signed.
  const shown = stringToSign.slice(0, SHOWN_LENGTH_MAX);
  return new FnfError(
    "SignatureDoesNotMatch",
    `${name} is not the signature of this string to sign:${shown}`,
  );
}

async function nonceId(accessKeyId: string, nonce: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", utf8(`${accessKeyId} ${nonce}`));
  return toBase64Url(new Uint8Array(digest, 0, 18));
}
