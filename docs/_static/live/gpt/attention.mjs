// Where each head looks in a name, and what the model expects next.

import { make, makeSvg, percent, setText } from "../page.mjs";

const CELL = 22;
const MARGIN = 20;
const FIRST = 4; // letters that are expected, at each position

export class Attention {
  #frame;
  #next;
  #told;
  #words; // what stands there when nothing is pointed at
  #shown = "";
  #cells = []; // of each head, of each position
  #columns = [];
  #letters;

  constructor(frame, next, told, letters) {
    [this.#frame, this.#next, this.#told] = [frame, next, told];
    this.#words = told.textContent;
    this.#letters = letters;
    frame.addEventListener("pointerleave", () => this.#tell(this.#words));
  }

  show({ name, positions }) {
    if (name !== this.#shown) this.#lay(name, positions[0].weights.length);
    positions.forEach(({ weights, chances }, i) => {
      weights.forEach((row, head) =>
        row.forEach((weight, j) => {
          const cell = this.#cells[head][i][j];
          cell.weight = weight;
          cell.rect.setAttribute("fill-opacity", weight.toFixed(3));
        }),
      );
      this.#expect(i, chances, `${name}.`[i]);
    });
  }

  #tell(words) {
    this.#told.textContent = words;
  }

  // --- Layout ---

  #lay(name, heads) {
    this.#shown = name;
    const letters = [...("." + name)];
    this.#cells = Array.from({ length: heads }, () => []);
    this.#frame.replaceChildren(
      ...this.#cells.map((rows, head) => this.#head(letters, rows, head)),
    );
    this.#columns = letters.map((letter, i) => this.#column(letter, i, name));
    this.#next.replaceChildren(...this.#columns.map(({ box }) => box));
  }

  #head(letters, rows, head) {
    const size = MARGIN + letters.length * CELL;
    const text = (x, y, letter) =>
      makeSvg("text", { x, y, "dominant-baseline": "central" }, letter);
    const parts = letters.flatMap((letter, i) => {
      const at = MARGIN + (i + 0.5) * CELL;
      const square = (j, attributes) =>
        makeSvg("rect", {
          x: MARGIN + j * CELL + 1,
          y: MARGIN + i * CELL + 1,
          width: CELL - 2,
          height: CELL - 2,
          rx: 3,
          ...attributes,
        });
      rows[i] = letters.slice(0, i + 1).map((other, j) => {
        const cell = { weight: 0 };
        cell.rect = square(j, {
          "fill-opacity": 0,
          onpointerenter: () =>
            this.#tell(
              `Head ${head + 1}, reading ${letter}: ` +
                `${percent(cell.weight)} of its attention goes to ` +
                `${other}, ${back(i - j)}.`,
            ),
        });
        return cell;
      });
      const empty = rows[i].map((_, j) => square(j, { class: "gpt-empty" }));
      return [
        text(at, MARGIN / 2, letter),
        text(MARGIN / 2, at, letter),
        ...empty,
        ...rows[i].map(({ rect }) => rect),
      ];
    });
    return make(
      "figure",
      { class: `gpt-head gpt-head-${head}` },
      makeSvg(
        "svg",
        {
          viewBox: `0 0 ${size} ${size}`,
          role: "img",
          "aria-label": `Attention of head ${head + 1}`,
        },
        ...parts,
      ),
      make("figcaption", {}, `head ${head + 1}`),
    );
  }

  #column(letter, i, name) {
    const lines = Array.from({ length: FIRST }, () => {
      const [name, bar] = [make("b"), make("i")];
      return { name, bar, line: make("li", {}, name, bar) };
    });
    const text = `.${name}`.slice(0, i + 1);
    const box = make(
      "div",
      { class: "gpt-column" },
      make("span", { class: "gpt-after", title: `after ${text}` }, letter),
      make("ol", {}, ...lines.map(({ line }) => line)),
    );
    return { box, lines };
  }

  #expect(i, chances, came) {
    const order = chances
      .map((chance, k) => [chance, this.#letters[k]])
      .sort(([a], [b]) => b - a)
      .slice(0, FIRST);
    this.#columns[i].lines.forEach(({ name, bar, line }, k) => {
      const [chance, letter] = order[k];
      setText(name, letter);
      bar.style.width = `${(100 * chance).toFixed(1)}%`;
      line.classList.toggle("gpt-came", letter === came);
      line.title = `${letter}: ${percent(chance)}`;
    });
  }
}

const back = (count) =>
  ["itself", "one letter back"][count] ?? `${count} letters back`;
