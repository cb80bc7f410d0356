import { defineConfig } from "vite";

/** Where `npx vite src/console` finds a running service: pages come from here, and all calls go there. */
const SERVICE = "http://127.0.0.1:8787";

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  // No framework plugin: JSX is the bundler's own.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    assetsDir: "assets",
    // A data address in the page would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: "src/console/shell.html" },
  },
  server: { proxy: { "/v1": { target: SERVICE, changeOrigin: true, ws: true } } },
});
