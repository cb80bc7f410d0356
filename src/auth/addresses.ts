const PRIVATE_NAMES = /^(localhost|.*\.localhost|.*\.local|.*\.internal|.*\.home\.arpa)$/i;

/**
 * Whether an address of the network behind the service, or the machine itself, would be called. Only what an address
 * says is looked at: in production the platform resolves names and reaches public addresses only.
 */
export function isPrivateAddress(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (PRIVATE_NAMES.test(host)) return true;
  if (host.includes(":")) return isPrivateV6(host.toLowerCase());
  // The URL parser has written every form of an IPv4 address as four numbers.
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(host)?.slice(1).map(Number);
  return parts !== undefined && isPrivateV4(parts);
}

function isPrivateV4([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b < 128;
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b < 32;
  if (a === 198) return b === 18 || b === 19;
  return a === 192 && (b === 168 || b === 0);
}

function isPrivateV6(host: string): boolean {
  if (host === "::" || host === "::1") return true;
  // Unique local, link local, multicast; and every form that carries an IPv4 address.
  return /^(f[cd]|fe[89ab]|ff)/.test(host) || /^(::|64:ff9b:|2002:)/.test(host);
}
