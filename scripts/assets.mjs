// Copies what the pages need from node_modules into static/vendor, and builds one sprite of the icons
// that src/jingtu/service/web/icons.txt names. Run after `npm install`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = process.env.JINGTU_NODE_MODULES ?? join(root, "node_modules");
const web = join(root, "src/jingtu/service/web");
const vendor = join(web, "static/vendor");

const copies = {
  "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
  "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
  "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
};
for (const [source, target] of Object.entries(copies)) {
  mkdirSync(dirname(join(vendor, target)), { recursive: true });
  copyFileSync(join(modules, source), join(vendor, target));
}

const names = readFileSync(join(web, "icons.txt"), "utf8")
  .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
const symbols = names.map((name) => {
  const svg = readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const paths = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
});
mkdirSync(join(vendor, "icons"), { recursive: true });
writeFileSync(
  join(vendor, "icons/sprite.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`,
);
console.log(`assets: ${Object.keys(copies).length} files, ${names.length} icons -> static/vendor`);
