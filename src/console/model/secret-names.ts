const SECRET = /secret|password|token|authorization/i;
const COVER = "••••";

/** Whether a key's name tells that its value is for nobody's eyes. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

/** The JSON text of a value, with what its keys tell to be secret covered. */
export function coveredText(value: unknown, indent: number): string {
  return JSON.stringify(value, cover, indent);
}

function cover(key: string, value: unknown): unknown {
  return isSecretName(key) && value !== null ? COVER : value;
}
