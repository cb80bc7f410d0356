import { type KeyObject, X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { messageOf } from "../../core/result.ts";
import { UsageError } from "../usage-error.ts";

/** Where a certificate and its key are, as PEM. */
export interface TlsFiles {
  /** The service's own certificate, and those between it and the one that browsers know. */
  readonly cert: string;
  readonly key: string;
}

export interface Certificate {
  /** PEM, the service's own first. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  /** The first name that it is for, if it is for one machine. */
  readonly name?: string;
  /** The last moment of its validity, in milliseconds. */
  readonly validUntil: number;
}

/** Reads both files. Throws a UsageError that says which of them is wrong, and how to mend it. */
export function readCertificate({ cert, key }: TlsFiles): Certificate {
  const chain = read(cert, "--tls-cert");
  const own = certificateIn(chain, cert);
  const secret = keyIn(read(key, "--tls-key"), key);
  if (!own.checkPrivateKey(secret)) {
    throw new UsageError(
      `--tls-key ${key} is not the key of the first certificate in --tls-cert ${cert}: the service's own certificate comes first, those that signed it behind it`,
    );
  }
  const name = /DNS:([^*,\s]+)(?:,|$)/.exec(own.subjectAltName ?? "")?.[1];
  return {
    chain,
    key: String(secret.export({ type: "pkcs8", format: "pem" })),
    validUntil: Date.parse(own.validTo),
    ...(name !== undefined && { name }),
  };
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${option} cannot be read: ${messageOf(error)}`);
  }
}

function certificateIn(text: string, path: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new UsageError(
      `--tls-cert ${path} holds no certificate: it begins with -----BEGIN CERTIFICATE----- (PEM)`,
    );
  }
}

function keyIn(text: string, path: string): KeyObject {
  if (/ENCRYPTED/.test(text)) {
    throw new UsageError(
      `--tls-key ${path} is locked with a passphrase, which nobody is there to type: give a copy without one that only the service may read (openssl pkey -in ${path} -out FILE)`,
    );
  }
  try {
    return createPrivateKey(text);
  } catch {
    throw new UsageError(
      `--tls-key ${path} holds no private key: it begins with -----BEGIN PRIVATE KEY----- (PEM)`,
    );
  }
}

const LOOK_MS = 1000;

/**
 * Calls `changed` when either file is another one than before, also where it is a link that leads elsewhere now: whoever
 * renews certificates does so in several ways.
 */
export function watchCertificate({ cert, key }: TlsFiles, changed: () => void): { stop(): void } {
  for (const file of [cert, key]) watchFile(file, { interval: LOOK_MS }, changed);
  return {
    stop: () => {
      for (const file of [cert, key]) unwatchFile(file, changed);
    },
  };
}
