import { NAME_LENGTH } from "../../core/limits.ts";

/** Room for `-12345`. */
const NUMBER_LENGTH = 6;

/** The name of a new schedule: the host and what the line is about, and a number if there is one of that name. */
export function scheduleName(host: string, slug: string, taken: ReadonlySet<string>): string {
  const plain = `${prefixOf(host)}-${slug}`.slice(0, NAME_LENGTH - NUMBER_LENGTH);
  if (!taken.has(plain)) return plain;
  let number = 2;
  while (taken.has(`${plain}-${number}`)) number++;
  return `${plain}-${number}`;
}

/** A host's name as names of schedules may begin. */
function prefixOf(host: string): string {
  const plain = host.replaceAll(/[^A-Za-z0-9_-]/g, "-");
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}
