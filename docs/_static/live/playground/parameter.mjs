// A field beside the edge or the neuron that a click has chosen, which takes
// another number for its weight or its bias.  It is loaded with Python.

import { setText } from "../page.mjs";
import { middle } from "./wiring.mjs";

/** `onassign(which, number)` is called with the position of a parameter. */
export function offerParameters(place, network, onassign) {
  const canvas = place.querySelector("canvas");
  const label = place.querySelector(".pg-parameter");
  const field = label.querySelector("input");
  let chosen = null;

  network.offer((now) => {
    chosen = now;
    label.hidden = !chosen;
    if (!chosen || field === document.activeElement) return;
    const { node, edge, number } = chosen;
    field.value = Number(number.toPrecision(4));
    setText(label.firstElementChild, edge ? "weight" : "bias");
    const [x, y] = edge ? middle(edge) : [node.x + node.side, node.y];
    const room = canvas.clientWidth - label.offsetWidth;
    label.style.left = `${Math.min(x, room)}px`;
    label.style.top = `${y}px`;
  });
  field.addEventListener("change", () => {
    const number = field.value === "" ? NaN : Number(field.value);
    if (chosen && Number.isFinite(number)) onassign(chosen.which, number);
  });
  field.addEventListener("keydown", ({ key }) => {
    if (key === "Enter" || key === "Escape") canvas.focus();
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !chosen) return;
    event.preventDefault();
    field.select();
  });
}
