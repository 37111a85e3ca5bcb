// The tables of points and of parameters, and the histograms.

import { make, makeSvg, percent, setText, short } from "../page.mjs";

export const MARKS = ["●", "■", "▲"];

const word = (c) => make("span", { class: `pg-mark-${c}` }, `${MARKS[c]} ${c}`);

/** The points: what is expected of each, and what the network says. */
export class PointTable {
  onchoose = () => {};

  #body;
  #rows = [];
  #points = [];
  #test = new Set(); // the positions of those that are only tested on

  constructor(body) {
    this.#body = body;
  }

  set(points, test) {
    this.#points = points;
    this.#test = test;
    this.#rows = points.map((point, i) => this.#row(point, i));
    this.#body.replaceChildren(...this.#rows.map((row) => row.element));
  }

  #row([x, y, c], i) {
    const cells = [make("td"), make("td"), make("td")];
    const choose = make(
      "button",
      {
        type: "button",
        "aria-label": `Show the graph of point ${i + 1}`,
        onclick: () => this.onchoose(this.#points[i]),
      },
      String(i + 1),
    );
    const element = make(
      "tr",
      {},
      make("td", {}, choose),
      make("td", {}, short(x, 2)),
      make("td", {}, short(y, 2)),
      make("td", {}, word(c)),
      ...cells,
    );
    return { element, cells };
  }

  show({ predicted, surest }) {
    this.#rows.forEach(({ element, cells }, i) => {
      const [said, sure, right] = cells;
      const c = predicted[i];
      if (c === undefined) return;
      if (said.dataset.c !== String(c)) {
        said.replaceChildren(word(c));
        said.dataset.c = c;
      }
      setText(sure, percent(surest[i]));
      const wrong = c !== this.#points[i][2];
      const which = this.#test.has(i) ? ", test" : "";
      setText(right, (wrong ? "wrong" : "right") + which);
      element.classList.toggle("pg-wrong", wrong);
    });
  }
}

/** The parameters of a layer, coloured by sign and size. */
export class ParameterTable {
  #body;
  #names = "";
  #cells = [];

  constructor(body) {
    this.#body = body;
  }

  show({ rows }) {
    const names = rows.map((row) => row[0]).join();
    if (names !== this.#names) this.#lay(rows);
    this.#names = names;
    for (let column = 1; column <= 5; column++) {
      const sizes = rows.map((row) => Math.abs(row[column] ?? 0));
      const largest = Math.max(...sizes, 1e-300);
      rows.forEach((row, i) => {
        const cell = this.#cells[i][column - 1];
        setText(cell, short(row[column]));
        cell.style.setProperty("--strength", (sizes[i] / largest).toFixed(2));
        cell.className = row[column] < 0 ? "pg-negative" : "pg-positive";
      });
    }
  }

  #lay(rows) {
    this.#cells = rows.map(() => [1, 2, 3, 4, 5].map(() => make("td")));
    this.#body.replaceChildren(
      ...rows.map(([name], i) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, name.replace(/^layers\.\d+\./, "")),
          ...this.#cells[i],
        ),
      ),
    );
  }
}

/** For each layer what its neurons give, and the gradients of its weights. */
export class Histograms {
  #place;

  constructor(place) {
    this.#place = place;
  }

  show({ layers }) {
    this.#place.replaceChildren(
      ...layers.map((layer, i) => {
        const last = i === layers.length - 1;
        const title = last ? `Layer ${i + 1}, scores` : `Layer ${i + 1}`;
        const saturated = last
          ? "linear"
          : `${percent(layer.saturated)} saturated` +
            (layer.dead ? `, ${layer.dead} flat on all points` : "");
        return make(
          "div",
          { class: "pg-layer" },
          make("h3", {}, title, make("span", {}, saturated)),
          bars("Outputs", layer.outputs, `Outputs of layer ${i + 1}`),
          bars("Gradients", layer.gradients, `Gradients of layer ${i + 1}`),
        );
      }),
    );
  }
}

const TALL = 44;

function bars(name, { counts, low, high, mean, spread }, title) {
  const most = Math.max(...counts, 1);
  const wide = 100 / Math.max(counts.length, 1);
  const words = counts.length
    ? `${title}: from ${short(low)} to ${short(high)}, ` +
      `mean ${short(mean)}, standard deviation ${short(spread)}`
    : `${title}: nothing to show`;
  const picture = makeSvg(
    "svg",
    {
      viewBox: `0 0 100 ${TALL}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": words,
    },
    ...counts.map((count, i) => {
      const height = (count / most) * TALL;
      return makeSvg("rect", {
        x: i * wide + 0.3,
        y: TALL - height,
        width: wide - 0.6,
        height,
      });
    }),
  );
  return make(
    "figure",
    { class: "pg-bars" },
    make(
      "figcaption",
      {},
      make("b", {}, name),
      ` mean ${short(mean, 3)}, sd ${short(spread, 3)}`,
    ),
    picture,
    make(
      "p",
      { "aria-hidden": "true" },
      make("span", {}, short(low, 3)),
      make("span", {}, short(high, 3)),
    ),
  );
}
