// Every number of a position, and where a number and its gradient come from.

import { ARROWS, make, short } from "../page.mjs";

const ACROSS = 16; // numbers in a line, as in gpt.css

const NAMES = {
  embedded: "letter + position",
  normed: "to size 1",
  query: "queries",
  key: "keys",
  value: "values",
  weights: "attention",
  seen: "what heads saw",
  wide: "wide layer",
  found: "sum of all",
  scores: "scores",
};

export class Follow {
  onposition = () => {}; // called with a position
  onnumber = () => {}; // called with the place of a number

  #rows;
  #positions;
  #detail;
  #cells = [];
  #chosen = -1;
  #past = []; // places of numbers, to go back

  constructor(rows, positions, detail) {
    [this.#rows, this.#positions, this.#detail] = [rows, positions, detail];
    rows.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The numbers of a position, by row. */
  show({ name, position, rows }) {
    this.#positions.replaceChildren(
      ...[...`.${name}`].map((letter, i) =>
        make(
          "button",
          {
            type: "button",
            "aria-pressed": `${i === position}`,
            "aria-label": `position ${i + 1}, ${letter}`,
            onclick: () => this.onposition(i),
          },
          letter,
        ),
      ),
    );
    this.#cells = [];
    this.#rows.replaceChildren(
      ...rows.map(([row, numbers]) => this.#row(row, numbers)),
    );
    if (this.#cells.length) this.#cells[0].tabIndex = 0;
    this.#mark();
  }

  #row(row, numbers) {
    const most = (k) => Math.max(...numbers.map((one) => Math.abs(one[k])));
    const [data, grad] = [most(1), most(2)];
    const cells = numbers.map(([place, x, g], j) => {
      const cell = make("button", {
        type: "button",
        class: "gpt-cell",
        tabindex: -1,
        "data-place": place,
        "aria-label": `${row} ${j}: ${short(x)}, gradient ${short(g)}`,
        title: `${row} ${j}\n${short(x)}\ngradient ${short(g)}`,
        onclick: () => this.choose(place, { row, j, x, g }),
      });
      cell.style.setProperty("--number", shade(x, data));
      cell.style.setProperty("--gradient", shade(g, grad));
      this.#cells.push(cell);
      return cell;
    });
    return make(
      "div",
      { class: "gpt-row" },
      make("span", { class: "gpt-row-name" }, NAMES[row]),
      make("div", { class: "gpt-cells" }, ...cells),
    );
  }

  choose(place, known) {
    if (this.#chosen >= 0 && place !== this.#chosen) {
      this.#past.push(this.#chosen);
    }
    this.#chosen = place;
    this.#mark();
    this.onnumber(place, known);
  }

  #mark() {
    for (const cell of this.#cells) {
      cell.classList.toggle(
        "gpt-chosen",
        Number(cell.dataset.place) === this.#chosen,
      );
    }
  }

  /** Forget what was chosen: the numbers are of another reading. */
  clear() {
    [this.#past, this.#chosen] = [[], -1];
    this.#mark();
  }

  /** Something other than a number. */
  say(...inside) {
    this.#detail.replaceChildren(...inside);
  }

  /** What made a number, and what uses it. */
  explain(found) {
    const { title, op, data, grad, operands, users, more } = found;
    const back = make(
      "button",
      { type: "button", class: "gpt-back", onclick: () => this.#back() },
      "Back",
    );
    back.disabled = !this.#past.length;
    this.#detail.replaceChildren(
      make(
        "p",
        { class: "gpt-title" },
        make("b", {}, title),
        op ? ` · made by ${op}` : "",
        back,
      ),
      make(
        "p",
        { class: "gpt-pair" },
        make("span", {}, "number "),
        make("b", {}, short(data, 5)),
        make("span", {}, "gradient "),
        make("b", {}, short(grad, 5)),
      ),
      ...this.#table("Made from", operands, more[0], [
        ["number", 2],
        ["slope", 4],
        ["sends it", 5],
      ]),
      ...this.#table(
        "Used by; what they send adds up to the gradient",
        users,
        more[1],
        [
          ["its gradient", 3],
          ["× slope", 4],
          ["= sent", 5],
        ],
      ),
    );
  }

  #table(title, links, more, columns) {
    if (!links.length) return [];
    const head = columns.map(([text]) => make("th", { scope: "col" }, text));
    const rows = links.map((link) =>
      make(
        "tr",
        {},
        make("td", {}, link[0] === null ? link[1] : this.#link(link)),
        ...columns.map(([, k]) => make("td", {}, short(link[k]))),
      ),
    );
    return [
      make("h3", {}, title),
      make(
        "div",
        {
          class: "gpt-links",
          tabindex: 0,
          role: "region",
          "aria-label": title,
        },
        make(
          "table",
          {},
          make("thead", {}, make("tr", {}, make("td"), ...head)),
          make("tbody", {}, ...rows),
        ),
      ),
      ...(more ? [make("p", { class: "pg-help" }, `and ${more} more`)] : []),
    ];
  }

  #link([place, title]) {
    const onclick = () => this.choose(place);
    return make("button", { type: "button", onclick }, title);
  }

  #back() {
    this.#chosen = this.#past.pop();
    this.#mark();
    this.onnumber(this.#chosen);
  }

  #key(event) {
    const here = this.#cells.indexOf(document.activeElement);
    const way = ARROWS[event.key];
    if (here < 0 || !way) return;
    event.preventDefault();
    const wanted = here + way[0] + ACROSS * way[1];
    const there = Math.min(Math.max(wanted, 0), this.#cells.length - 1);
    this.#cells[here].tabIndex = -1;
    this.#cells[there].tabIndex = 0;
    this.#cells[there].focus();
  }
}

/** A number as a share of the greatest of its row, from -100 to 100. */
function shade(x, most) {
  const share = most > 0 ? Math.abs(x) / most : 0;
  const sign = x < 0 ? "negative" : "positive";
  const strength = (100 * Math.sqrt(share)).toFixed(0);
  return `rgb(var(--pg-${sign}) / ${strength}%)`;
}
