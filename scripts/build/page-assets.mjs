/** What a page of `--format html` carries along: its scripts and style sheets, each as one minified text. */
import { build } from "esbuild";

const folder = "src/report/html/browser";
/** https://github.com/leeoniya/uPlot/blob/master/LICENSE */
const licence = "/* uPlot, (c) Leon Sorokin, MIT License, https://github.com/leeoniya/uPlot */";

/**
 * @param {string} root folder of the package
 * @returns {Promise<{ page: string, charts: string, style: string, chartStyle: string }>}
 */
export async function pageAssets(root) {
  const [page, charts, style, chartStyle] = await Promise.all([
    bundled(root, "page.ts", {}),
    bundled(root, "charts.ts", { banner: { js: licence } }),
    bundled(root, "page.css", {}),
    bundled(root, "charts.css", { banner: { css: licence } }),
  ]);
  return { page, charts, style, chartStyle };
}

async function bundled(root, name, options) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${folder}/${name}`],
    bundle: true,
    write: false,
    outdir: "unused",
    format: "iife",
    target: ["chrome100", "firefox100", "safari15.4"],
    minify: true,
    legalComments: "none",
    ...options,
  });
  const [file] = outputFiles;
  // The text stands in a script or style element, which only this would end.
  if (/<\/(?:script|style)/i.test(file.text)) throw new Error(`${name} holds an end tag`);
  return file.text.trim();
}
