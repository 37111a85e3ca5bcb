// Buttons that choose what a click on the plane does.

import { make } from "../page.mjs";
import { MARKS } from "./tables.mjs";

/** Give a plane with so many classes its tools, and keep the chosen one. */
export function fillTools(place, plane, classes) {
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
  if (!all.some(([tool]) => tool === plane.tool)) plane.tool = "probe";
  place.replaceChildren(
    ...all.map(([tool, text]) => {
      const input = make("input", {
        type: "radio",
        name: "tool",
        value: tool,
        onchange: () => plane.choose(tool),
      });
      input.checked = tool === plane.tool;
      return make("label", { class: `pg-tool-${tool}` }, input, text);
    }),
  );
  plane.choose(plane.tool);
}
