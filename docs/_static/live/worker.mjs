// The Python of a page, in a thread of its own.
//
// Everything comes from this folder: Pyodide, which is CPython as
// WebAssembly; Graphviz, which lays out graphs; and the package itself.
// runtime.mjs starts this file and talks to it.
//
// It answers whatever happens: every question gets "done" or "ended", and
// starting gets "ready" or "failed".

import { FOLDERS, SIZES } from "./sizes.mjs";

const here = new URL(".", import.meta.url);

// --- Loading, byte by byte ---

const NAMES = {
  pyodide: "Python",
  graphviz: "Graphviz",
  "packages.zip": "micrograd",
};
const PATIENCE = 30_000; // milliseconds without a byte
const BYTES = 0.85; // of the time; the rest goes by when all is there
const OFTEN = 50; // milliseconds between two reports

const total = Object.values(SIZES).reduce((sum, size) => sum + size, 0);
const come = new Map(); // bytes, by file
let reported = 0;

function report(fraction, text) {
  postMessage({ type: "progress", fraction, text });
}

/** Why Python cannot be started; runtime.mjs may try again. */
function giveUp(text) {
  postMessage({ type: "failed", text });
}

function count(file, bytes) {
  come.set(file, Math.min(bytes, SIZES[file]));
  const sum = [...come.values()].reduce((all, one) => all + one, 0);
  if (sum < total && performance.now() - reported < OFTEN) return;
  reported = performance.now();
  const waiting = Object.keys(SIZES).find(
    (one) => come.get(one) !== SIZES[one],
  );
  const [name] = (waiting ?? "pyodide").split(/[-/]/); // without its version
  const [had, all] = [sum, total].map((one) => (one / 1e6).toFixed(1));
  const text = waiting
    ? `loading ${NAMES[name]}, ${had} of ${all} MB`
    : "starting Python";
  report((BYTES * sum) / total, text);
}

/** Count the bytes of an answer; a second reader has them, too. */
async function watch(file, answer) {
  const reader = answer.body.getReader();
  let [bytes, patience] = [0, 0];
  try {
    for (;;) {
      patience = setTimeout(
        () => giveUp(`nothing more of ${file} came for half a minute`),
        PATIENCE,
      );
      const { done, value } = await reader.read();
      clearTimeout(patience);
      if (done) break;
      count(file, (bytes += value.length));
    }
    count(file, SIZES[file]);
  } catch {
    clearTimeout(patience);
    giveUp(`${file} came only in part`);
  }
}

// Pyodide waits for ever for a file that does not come, so the files that
// it asks for are seen to here.
const ask = globalThis.fetch.bind(globalThis);

globalThis.fetch = async (address, options) => {
  const { href } = new URL(address.url ?? address, here);
  const file = href.startsWith(here.href) ? href.slice(here.href.length) : "";
  if (!(file in SIZES)) return ask(address, options);
  let answer;
  try {
    answer = await ask(address, options);
  } catch (error) {
    giveUp(`${file} did not come`);
    throw error;
  }
  if (!answer.ok) giveUp(`${file} did not come (${answer.status})`);
  else watch(file, answer.clone());
  return answer;
};

/** Load a module, whose bytes come uncounted. */
async function load(file) {
  const module = await import(new URL(file, here));
  count(file, SIZES[file]);
  return module;
}

// --- Starting ---

async function loadPython() {
  const folder = FOLDERS.pyodide;
  const { loadPyodide } = await load(`${folder}/pyodide.mjs`);
  const indexURL = new URL(`${folder}/`, here).href;
  const [pyodide] = await Promise.all([
    loadPyodide({ indexURL }),
    load(`${folder}/pyodide.asm.mjs`),
  ]);
  return pyodide;
}

async function loadGraphviz() {
  const { Graphviz } = await load(`${FOLDERS.graphviz}/index.js`);
  const graphviz = await Graphviz.load();
  return {
    layout: (source, format) => graphviz.layout(source, format, "dot"),
  };
}

async function loadPackages() {
  // Asks the server whether there is a newer one: an old copy of the package
  // beside a new page would be confusing.
  const address = new URL("packages.zip", here);
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error(`packages.zip: ${answer.status}`);
  return answer.arrayBuffer();
}

async function start() {
  const loading = [loadPython(), loadGraphviz(), loadPackages()];
  const [pyodide, graphviz, packages] = await Promise.all(loading);
  report(0.9, "importing micrograd");
  pyodide.registerJsModule("wasm_graphviz", graphviz);
  pyodide.unpackArchive(packages, "zip", { extractDir: "/lib/packages" });
  pyodide.runPython("import sys; sys.path.insert(0, '/lib/packages')");
  const cells = pyodide.pyimport("page_cells");
  pyodide.pyimport("micrograd");
  report(1, "ready");
  return cells;
}

const starting = start();

starting.then(
  () => postMessage({ type: "ready" }),
  (error) => giveUp(String(error.message ?? error)),
);

// --- Answering ---

function answer(cells, { type, id, source, name, args }) {
  if (type !== "run") {
    return JSON.parse(cells.call(name, JSON.stringify(args)));
  }
  const emit = (kind, text) =>
    postMessage({ type: "output", id, output: { kind, text } });
  return { value: { ok: cells.run(source, emit) } };
}

addEventListener("message", async ({ data }) => {
  const cells = await starting;
  try {
    postMessage({ type: "done", id: data.id, ...answer(cells, data) });
  } catch (error) {
    // What Python cannot catch has ended it.
    postMessage({ type: "ended", text: String(error.message ?? error) });
  }
});
