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
    files: ["docs/_live/formulas.js"], // run by Node.js, not by a page
    languageOptions: { globals: { ...globals.node } },
  },
];
