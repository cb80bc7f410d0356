import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";

/** Makes a key and a certificate for 127.0.0.1 that it signs itself, or another one in their places. */
export function makeCertificate(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=millrace", "-addext", "subjectAltName=IP:127.0.0.1"];
  const files = ["-keyout", `${key}.new`, "-out", `${cert}.new`];
  execFileSync("openssl", ["req", "-x509", ...kind, ...names, ...files], { stdio: "pipe" });
  for (const file of [cert, key]) renameSync(`${file}.new`, file);
  return { cert, key };
}
