import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { mockApi } from "./mock/server";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// `--mode edge` is the gateway's page, `--mode cloud` the operators' page.
export default defineConfig(({ mode, command }) => {
  if (mode !== "edge" && mode !== "cloud") {
    throw new Error(`Choose a page with --mode edge or --mode cloud, not "${mode}".`);
  }
  return {
    root: here(`./src/${mode}`),
    publicDir: here("./public"),
    base: "./",
    plugins: command === "serve" ? [mockApi(mode)] : [],
    build: {
      outDir: here(`./dist/${mode}`),
      emptyOutDir: true,
      target: "es2021",
      // The pages' content security policy allows neither inline scripts nor data: addresses.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  };
});
