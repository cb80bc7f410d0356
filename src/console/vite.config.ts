import { join } from "node:path";
import { type Plugin, defineConfig } from "vite";

/** Where `npx vite src/console` finds a running service: pages come from here, and all calls go there. */
const SERVICE = process.env.MILLRACE_URL ?? "http://127.0.0.1:8787";

/** Pages of every address are one file, as the service gives them. */
const pages: Plugin = {
  name: "pages",
  configureServer({ middlewares }) {
    middlewares.use((request, _, next) => {
      if (request.headers.accept?.includes("text/html")) request.url = "/shell.html";
      next();
    });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [pages],
  // No framework plugin: JSX is the bundler's own.
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    assetsDir: "assets",
    // A data address in the page would be one more thing for the policy to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: join(import.meta.dirname, "shell.html") },
  },
  // The service is called by the name that the browser knows: it takes sessions from its own pages alone.
  server: { proxy: { "/v1": { target: SERVICE, ws: true } } },
});
