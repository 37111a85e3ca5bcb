// A run that is kept, beside the one that trains: run A, its plane, its
// curves, and a table of what differs.

import { make, percent, short } from "../page.mjs";
import { Plane } from "./plane.mjs";

export class Compare {
  run = null; // A: { settings, address, step, loss, table, ... }

  #root;
  #plane;
  #told;

  /** `told(name, value)` gives what a reader calls a setting, and its value. */
  constructor(root, told) {
    this.#root = root;
    this.#told = told;
    const place = root.querySelector(".pg-compare");
    this.#plane = new Plane(place.querySelector("canvas"), { small: true });
    this.body = place.querySelector("tbody");
  }

  recolour(colours) {
    this.#plane.recolour(colours);
  }

  harden(discrete) {
    this.#plane.harden(discrete);
  }

  keep(run) {
    this.run = run;
    const { made, boundary, points, test, table } = run;
    this.#root.classList.add("pg-has-a");
    this.#plane.set(made);
    Object.assign(this.#plane, { points, test, predicted: table.predicted });
    this.#plane.show(boundary);
  }

  forget() {
    this.run = null;
    this.#root.classList.remove("pg-has-a");
  }

  /** Say what the run of now has come to. */
  now(run) {
    if (!this.run) return;
    const rows = [...this.#differences(run), ...results(this.run, run)];
    const text = JSON.stringify(rows);
    if (text === this.body.dataset.text) return;
    this.body.dataset.text = text;
    this.body.replaceChildren(
      ...rows.map(([name, a, b]) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name),
          make("td", {}, a),
          make("td", {}, b),
        ),
      ),
    );
  }

  #differences({ settings }) {
    return Object.entries(this.run.settings)
      .filter(([name, value]) => String(value) !== String(settings[name]))
      .map(([name, value]) => [
        ...this.#told(name, value),
        this.#told(name, settings[name])[1],
      ]);
  }
}

/** What came of two runs, row by row. */
function results(a, b) {
  const row = (name, told) => [name, told(a), told(b)];
  const rows = [
    row("step", ({ step }) => step.toLocaleString("en")),
    row("loss", ({ loss }) => short(loss)),
    row("right", ({ table }) => percent(table?.train.accuracy ?? null)),
  ];
  const tested = [a, b].some(
    ({ table }) => (table?.test.loss ?? null) !== null,
  );
  if (!tested) return rows;
  return [
    ...rows,
    row("test loss", ({ table }) => short(table?.test.loss)),
    row("right, test", ({ table }) => percent(table?.test.accuracy ?? null)),
  ];
}
