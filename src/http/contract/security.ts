/**
 * What browsers are told of everything that comes from the service: of what the Worker writes (http/security.ts), and of
 * the files that the platform serves past it (`_headers` beside them). Pages load from the service alone, without code or
 * style inside them.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  ...["script", "style", "font", "connect", "manifest", "worker"].map((what) => `${what}-src 'self'`),
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Of what is no page: should a browser take it for one, nothing in it does anything. */
export const DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": PAGE_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": ["camera", "geolocation", "microphone", "payment", "usb"]
    .map((what) => `${what}=()`)
    .join(", "),
};

export const HTTPS_HEADERS: Readonly<Record<string, string>> = {
  "strict-transport-security": "max-age=31536000",
};

const ALL = { ...COMMON_HEADERS, ...PAGE_HEADERS };

/** Names of files tell contents apart, but that of the page which names them. */
export const ASSET_CACHING = "public, max-age=31536000, immutable";
export const SHELL_CACHING = "no-cache";

/** The file `_headers` of the assets. */
export const ASSET_HEADERS = `/*
${lines(ALL)}
/assets/*
  cache-control: ${ASSET_CACHING}
/assets/shell.html
  ! cache-control
  cache-control: ${SHELL_CACHING}
`;

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `  ${name}: ${value}`)
    .join("\n");
}
