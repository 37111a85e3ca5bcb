// Runs modules of micrograd's compiler in node, for tests.
//
// Reads from standard input a list of {file, runs}; each run is a list of
// pairs [cell, numbers] to be put into the memory first.  Writes for each
// module what the cells of its results and its data hold after each run, as
// text from which Python reads the same doubles.

import { readFileSync } from "node:fs";

function words(row) {
  return Array.from(row, (x) => (Object.is(x, -0) ? "-0.0" : String(x)));
}

const answers = [];
for (const { file, runs } of JSON.parse(readFileSync(0, "utf8"))) {
  const bytes = readFileSync(file);
  if (!WebAssembly.validate(bytes)) throw new Error(`${file} is not valid`);
  const module = new WebAssembly.Module(bytes);
  const [section] = WebAssembly.Module.customSections(module, "micrograd");
  const cells = JSON.parse(new TextDecoder().decode(section));
  const { exports } = new WebAssembly.Instance(module, { Math });
  const memory = new Float64Array(exports.memory.buffer);
  const names = ["results", "gradients", "data"];
  answers.push(
    runs.map((given) => {
      for (const [cell, numbers] of given) memory.set(numbers, cell);
      exports.run();
      return names.map((name) => words(memory.slice(...cells[name])));
    }),
  );
}
process.stdout.write(JSON.stringify(answers));
