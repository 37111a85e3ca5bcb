// Trains in node as the playground's worker does, for tests.
//
// Reads from standard input a list of {network, native, steps, size} and
// perhaps {back, count, renew}; writes for each the losses, the numbers after them,
// and what is shown: the plane, the sums of the first layer, and the table.
// Then so many steps are taken back; the losses made again are told, too.
// So are those of as many steps after `renew`, what Python gave for a change.

import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const [script] = process.argv.slice(2);
const { Native } = await import(script);
setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc");

/** The losses of so many steps; Python has sent all coefficients. */
function train(run, steps, kept) {
  const losses = [];
  for (let k = 0; k < steps; k++) {
    const loss = run.advance();
    if (kept) losses.push(loss);
    if (Number.isNaN(loss)) break;
  }
  return losses;
}

const plain = ([[, size], [, rows]]) => ({
  size,
  rows: rows.map((row) => Array.from(row)),
});

const answers = [];
for (const asked of JSON.parse(readFileSync(0, "utf8"))) {
  const run = new Native(asked.network, asked.native);
  const losses = train(run, asked.steps, !asked.count);
  const answer = { losses };
  answer.boundary = plain(Object.entries(run.boundary(asked.size)));
  answer.sums = plain(Object.entries(run.sums(0, asked.size)));
  answer.table = run.table();
  const { outputs, parameters } = run.pictures(asked.size);
  answer.pictures = outputs.map((row) => Array.from(row));
  answer.parameters = Array.from(parameters);
  for (let k = 0; k < (asked.back ?? 0); k++) run.back();
  answer.numbers = run.numbers;
  if (asked.back) answer.again = train(run, asked.back, true);
  if (asked.renew) {
    run.renew(asked.renew);
    answer.later = train(run, asked.steps, true);
    answer.table = run.table();
    answer.parameters = Array.from(run.pictures(asked.size).parameters);
  }
  collect();
  answer.heap = process.memoryUsage().heapUsed;
  answer.cells = run.bytes;
  answers.push(answer);
}
process.stdout.write(JSON.stringify(answers));
