// Buttons that choose what a click on the plane does.

import { make } from "../page.mjs";
import { MARKS } from "./tables.mjs";

/** Give a hand the tools for so many classes, and keep the chosen one. */
export function fillTools(place, hand, classes) {
  const adding = MARKS.slice(0, classes).map((one, k) => [
    `add${k}`,
    `Add ${one}`,
  ]);
  const all = [
    ["probe", "Probe"],
    ...adding,
    ["move", "Move"],
    ["remove", "Remove"],
  ];
  if (!all.some(([tool]) => tool === hand.tool)) hand.tool = "probe";
  place.replaceChildren(
    ...all.map(([tool, text]) => {
      const input = make("input", {
        type: "radio",
        name: "tool",
        value: tool,
        onchange: () => hand.choose(tool),
      });
      input.checked = tool === hand.tool;
      return make("label", { class: `pg-tool-${tool}` }, input, text);
    }),
  );
  hand.choose(hand.tool);
}
