// eslint reads this; `npm run lint` in this folder runs it.
import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["error", 600],
    },
  },
  {
    files: ["docs/_live/sw.js"],
    languageOptions: { globals: { ...globals.serviceworker } },
  },
  {
    // Run by Node.js, not by a page.
    files: ["docs/_live/{formulas,gpt}.js", "tests/*.mjs"],
    languageOptions: { globals: { ...globals.node } },
  },
];
