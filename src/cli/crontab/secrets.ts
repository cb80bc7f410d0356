const SECRET_NAME = /PASS|TOKEN|SECRET|CREDENTIAL|(?:API|ACCESS|PRIVATE)_?KEY/i;
/** Where a secret lies is none. */
const PLACE_NAME = /(?:FILE|PATH|DIR)$/i;
/** `scheme://user:password@`. */
const IN_ADDRESS = /:\/\/[^/\s:@]*:([^/\s@]+)@/;
const ASSIGNED = /(?:^|[\s;&|(])([A-Za-z_]\w*)=("[^"]*"|'[^']*'|[^\s;&|)]*)/g;
const OPTION = /(?:^|\s)--?([A-Za-z][\w-]*)[= ]("[^"]*"|'[^']*'|[^\s;&|)]+)/g;

/** Options of well-known programs that take a password without saying so, the password in the first group. */
const KNOWN = [
  [/\b(?:mysql|mariadb)[\w-]*(?:\s[^|;&]*?)?\s-p("[^"]+"|'[^']+'|[^\s"']+)/, "-p of mysql"],
  [/\bsshpass\s+-p\s*("[^"]+"|'[^']+'|[^\s"']+)/, "-p of sshpass"],
  [/\bcurl\s[^|;&]*?(?:\s-u|--user)[ =]?["']?[^\s:"']+:([^\s"']+)/, "-u of curl"],
  [/\bredis-cli\s[^|;&]*?-a\s+("[^"]+"|'[^']+'|[^\s"']+)/, "-a of redis-cli"],
] as const;

/** Whether a variable's name and value look like a secret: not what is empty, and not what only says where to look. */
export function isSecret(name: string, value: string): boolean {
  if (hasPassword(value)) return true;
  return SECRET_NAME.test(name) && !PLACE_NAME.test(name) && isLiteral(value);
}

/** The name of what looks like a secret in a shell's line, never its value. */
export function secretIn(text: string): string | undefined {
  if (hasPassword(text)) return "an address with a password";
  const known = KNOWN.find(([pattern]) => isLiteral(pattern.exec(text)?.[1] ?? ""));
  if (known) return known[1];
  for (const [, name = "", value = ""] of text.matchAll(ASSIGNED)) if (isSecret(name, value)) return name;
  for (const [, name = "", value = ""] of text.matchAll(OPTION))
    if (isSecret(name.replaceAll("-", "_"), value)) return `--${name}`;
  return undefined;
}

function hasPassword(text: string): boolean {
  const password = IN_ADDRESS.exec(text)?.[1];
  return password !== undefined && isLiteral(password);
}

/** Not a variable, a substitution, another option, or a path. */
function isLiteral(value: string): boolean {
  const bare = value.replaceAll(/^["']|["']$/g, "");
  return bare !== "" && !/^[$`/~-]/.test(bare);
}
