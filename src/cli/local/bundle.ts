import { resolve } from "node:path";
import { build } from "esbuild";

export interface Bundle {
  readonly code: string;
  /** JSON, from the code's positions to those of the sources. */
  readonly sourceMap: string;
  /** The files that it was made of, with their whole paths. */
  readonly inputs: readonly string[];
}

/** Compressed, as it is uploaded, in KiB: the larger it is, the later the first caller is answered. */
export const BUNDLE_KIB_MAX = 350;

/**
 * A Worker's code in one module, with the settings that `wrangler deploy` bundles with (a test compares the two): what
 * runs here is what is deployed.
 */
export async function bundle(
  folder: string,
  main: string,
  define: Readonly<Record<string, string>>,
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [main],
    absWorkingDir: folder,
    outfile: "index.js",
    write: false,
    bundle: true,
    metafile: true,
    minify: true,
    // Stacks are read with the source map; a name for each function that is made costs time whenever one is.
    keepNames: false,
    sourcemap: "external",
    format: "esm",
    target: "es2024",
    supported: { "import-source": true, using: true },
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    loader: { ".js": "jsx", ".mjs": "jsx", ".cjs": "jsx" },
    define: {
      "navigator.userAgent": '"Cloudflare-Workers"',
      "process.env.NODE_ENV": '"production"',
      ...define,
    },
    logLevel: "silent",
  });
  const text = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? "";
  const inputs = Object.keys(metafile.inputs).map((file) => resolve(folder, file));
  return { code: text(".js"), sourceMap: text(".map"), inputs };
}
