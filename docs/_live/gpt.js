// Asks the GPT of a page outside a page: while the site is built, and in tests.
//
// The argument is a folder with what the page loads; from standard input comes
// a list of questions, [name, ...arguments], and the answers go out as JSON.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Run } from "../_static/live/gpt/run.mjs";

const [folder] = process.argv.slice(2);

function read(name) {
  const bytes = readFileSync(join(folder, name));
  if (name.endsWith(".json")) return JSON.parse(bytes.toString());
  return bytes.buffer.slice(
    bytes.byteOffset,
    bytes.byteOffset + bytes.byteLength,
  );
}

const run = new Run(Object.fromEntries(Run.files.map((x) => [x, read(x)])));
const questions = JSON.parse(readFileSync(0, "utf8"));
const answers = questions.map(([name, ...given]) => run[name](...given));
process.stdout.write(JSON.stringify(answers));
