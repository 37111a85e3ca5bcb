// Typesets formulas for docs/_ext/formulas.py: a line of JSON is a question,
// the next line of output its answer.  It ends when its input does.
import { createInterface } from "node:readline";

import katex from "katex";

function answer({ text, display }) {
  // Strict: what LaTeX would not take is a mistake, not a remark in a log.
  const options = { displayMode: display, throwOnError: true, strict: "error" };
  try {
    return { html: katex.renderToString(text, options) };
  } catch (error) {
    return { problem: error.message };
  }
}

createInterface({ input: process.stdin }).on("line", (question) => {
  process.stdout.write(JSON.stringify(answer(JSON.parse(question))) + "\n");
});
