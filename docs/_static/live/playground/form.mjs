// The settings as a form: fields, sliders, inputs to tick, layers to widen.

import { fillSelect, make, percent } from "../page.mjs";
import { INPUTS } from "./settings.mjs";
import { MARKS } from "./tables.mjs";

// What noise suits a set, unless the reader says otherwise.
export const NOISE = { moons: 0.15, circles: 0.1, xor: 0.15, spirals: 0.03 };

const SHARES = new Set(["balance", "test"]);
const VIEWED = ["until", "speed"];
const SWITCHED = ["levels", "discrete"];

export class Form {
  #root;
  #onchange;

  /** `onchange(name, given)` is called with what a reader chose or typed. */
  constructor(root, onchange) {
    this.#root = root;
    this.#onchange = onchange;
    const form = root.querySelector(".pg-settings");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => slid(target));
    form.addEventListener("change", ({ target }) =>
      onchange(target.name, this.#given(target)),
    );
  }

  named(name) {
    return this.#root.querySelector(`[name="${name}"]`);
  }

  /** What the reader calls a setting, and what is chosen. */
  told(name, value) {
    if (name === "inputs") {
      return ["inputs", value.map((one) => INPUTS[one]).join(", ")];
    }
    const field = this.named(name);
    const label = field.closest("label").firstElementChild.textContent;
    const option = [...(field.options ?? [])].find(
      (one) => one.value === value,
    );
    const text = Array.isArray(value) ? value.join(", ") || "none" : value;
    const number = SHARES.has(name) ? percent(value) : text;
    return [label, option?.textContent ?? String(number)];
  }

  #given({ name, value }) {
    if (name !== "inputs") return value;
    return this.#inputs.filter((one) => one.checked).map((one) => one.value);
  }

  get #inputs() {
    return [...this.#root.querySelectorAll("[name=inputs]")];
  }

  fill(settings, view) {
    for (const [name, value] of Object.entries(settings)) {
      if (name === "inputs") continue;
      const field = this.named(name);
      field.value = name === "hidden" ? value.join(", ") : value;
      slid(field);
    }
    for (const one of this.#inputs) {
      one.checked = settings.inputs.includes(one.value);
    }
    for (const name of VIEWED) this.named(name).value = view[name];
    for (const name of SWITCHED) this.named(name).checked = view[name];
    const own = settings.data === "empty";
    this.named("noise").disabled = !(settings.data in NOISE);
    this.named("balance").disabled = !(settings.data in NOISE);
    this.named("n").disabled = this.named("test").disabled = own;
    this.named("penalty_rate").disabled = settings.penalty === "none";
    this.#fillLayers(settings.hidden);
  }

  /** Buttons that take away and add layers. */
  #fillLayers(hidden) {
    const button = (text, words, wanted) =>
      make(
        "button",
        {
          type: "button",
          "aria-label": words,
          title: words,
          onclick: () => this.#onchange("hidden", wanted.join(",")),
        },
        text,
      );
    const wide = hidden.at(-1) ?? 8;
    this.#root
      .querySelector(".pg-layers")
      .replaceChildren(
        button("− layer", "Take the last layer away", hidden.slice(0, -1)),
        button("+ layer", "Add a layer", [...hidden, wide]),
      );
  }

  /** What depends on the network and its classes. */
  describe({ layers, classes }, lines) {
    const names = layers.map((count, i) => [
      i,
      i === layers.length - 1
        ? `layer ${i + 1}, the scores (${count})`
        : `layer ${i + 1} (${count})`,
    ]);
    fillSelect(this.named("layer"), names, 0);
    const hidden = layers.slice(0, -1);
    const shown = hidden.map((_, i) => [i + 1, `layer ${i + 1}`]);
    fillSelect(this.named("lines"), [[0, "no layer"], ...shown], lines);
    const marks = MARKS.slice(0, classes).map((one, k) => [k, `${k} ${one}`]);
    fillSelect(this.named("class"), marks, 1);
  }
}

/** Let a slider say its number, to eyes and to ears. */
function slid(field) {
  const output = field.parentElement.querySelector("output");
  if (field.type !== "range" || !output) return;
  const number = Number(field.value);
  const text = SHARES.has(field.name) ? percent(number) : number.toFixed(2);
  output.textContent = text;
  field.setAttribute("aria-valuetext", text);
}
