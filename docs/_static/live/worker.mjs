// The Python of a page, in a thread of its own.
//
// Everything comes from this folder: Pyodide, which is CPython as
// WebAssembly; Graphviz, which lays out graphs; and the package itself.
// runtime.mjs starts this file and talks to it.

import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url);

// What is loaded, with its share of the time.
const STEPS = { python: 70, graphviz: 10, packages: 10, imports: 10 };
let percent = 0;

function progress(step, text) {
  percent += STEPS[step];
  postMessage({ type: "progress", fraction: percent / 100, text });
}

async function loadGraphviz() {
  const { Graphviz } = await import("./graphviz/index.js");
  const graphviz = await Graphviz.load();
  progress("graphviz", "loaded Graphviz");
  return {
    layout: (source, format) => graphviz.layout(source, format, "dot"),
  };
}

async function loadPackages() {
  // Asks the server whether there is a newer one: an old copy of the package
  // beside a new page would be confusing.
  const answer = await fetch(new URL("packages.zip", here), {
    cache: "no-cache",
  });
  if (!answer.ok) throw new Error(`packages.zip: ${answer.status}`);
  const packages = await answer.arrayBuffer();
  progress("packages", "loaded micrograd");
  return packages;
}

async function start() {
  const indexURL = new URL("pyodide/", here).href;
  const loading = [
    loadPyodide({ indexURL }).then((pyodide) => {
      progress("python", "loaded Python");
      return pyodide;
    }),
    loadGraphviz(),
    loadPackages(),
  ];
  const [pyodide, graphviz, packages] = await Promise.all(loading);
  pyodide.registerJsModule("wasm_graphviz", graphviz);
  pyodide.unpackArchive(packages, "zip", { extractDir: "/lib/packages" });
  pyodide.runPython("import sys; sys.path.insert(0, '/lib/packages')");
  const cells = pyodide.pyimport("page_cells");
  pyodide.pyimport("micrograd");
  progress("imports", "ready");
  return cells;
}

const starting = start();

starting.then(
  () => postMessage({ type: "ready" }),
  (error) => postMessage({ type: "failed", text: String(error) }),
);

addEventListener("message", async ({ data }) => {
  const cells = await starting;
  if (data.type === "run") {
    const emit = (kind, text) =>
      postMessage({ type: "output", id: data.id, output: { kind, text } });
    const ok = cells.run(data.source, emit);
    postMessage({ type: "done", id: data.id, value: { ok } });
  } else {
    const answer = cells.call(data.name, JSON.stringify(data.args));
    postMessage({ type: "done", id: data.id, ...JSON.parse(answer) });
  }
});
