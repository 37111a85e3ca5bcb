// Where the pictures and the edges of a drawn network are.

const PITCH = { least: 19, most: 64 }; // pixels from neuron to neuron
const TALL = 336; // pixels, unless there are more neurons
const LARGEST = 46; // pixels along the side of a picture
const MARGIN = { side: 6, top: 24, bottom: 6 };
const GAP = 3; // between two pictures of a column
const REACH = 6; // pixels from an edge that still mean it

/** How many pixels high a drawing of a network is. */
export function tall(widths) {
  const inside = Math.max(TALL, Math.max(...widths) * PITCH.least);
  return inside + MARGIN.top + MARGIN.bottom;
}

/** A column for the inputs, and one for each layer. */
export class Wiring {
  nodes = []; // { column, row, x, y, side, bias: where in the parameters }
  edges = []; // { from, to, weight: where in the parameters }

  /** `widths` are counts of inputs and neurons; the others are pixels. */
  constructor(widths, width, height) {
    const room = (width - 2 * MARGIN.side) / (1.7 * widths.length);
    const inside = height - MARGIN.top - MARGIN.bottom;
    this.nodes = widths.flatMap((count, column) => {
      const pitch = Math.min(Math.max(inside / count, PITCH.least), PITCH.most);
      const side = Math.min(pitch - GAP, LARGEST, room);
      const span = width - 2 * MARGIN.side - side;
      const x = MARGIN.side + (span * column) / Math.max(widths.length - 1, 1);
      const top = MARGIN.top + (inside - count * pitch + pitch - side) / 2;
      return Array.from({ length: count }, (_, row) => {
        return { column, row, side, x, y: top + row * pitch };
      });
    });
    this.#join();
  }

  /** The edges, in the order of parameters: of a neuron w, and then b. */
  #join() {
    let at = 0;
    for (const to of this.nodes.filter(({ column }) => column > 0)) {
      for (const from of this.column(to.column - 1)) {
        this.edges.push({ from, to, weight: at });
        at += 1;
      }
      to.bias = at;
      at += 1;
    }
  }

  column(which) {
    return this.nodes.filter(({ column }) => column === which);
  }

  /** The edges that lead to a neuron. */
  into(node) {
    return this.edges.filter(({ to }) => to === node);
  }

  /** What is at a place: { node } or { edge }, or nothing. */
  at(x, y) {
    const node = this.nodes.find(
      (one) =>
        x >= one.x - 1 &&
        x <= one.x + one.side + 1 &&
        y >= one.y - 1 &&
        y <= one.y + one.side + 1,
    );
    if (node) return { node };
    let [edge, least] = [null, REACH];
    for (const one of this.edges) {
      const away = distance(one, x, y);
      if (away < least) [edge, least] = [one, away];
    }
    return edge && { edge };
  }
}

/** From the right of one picture to the left of another. */
function ends({ from, to }) {
  return [from.x + from.side, from.y + from.side / 2, to.x, to.y + to.side / 2];
}

/** The middle of an edge. */
export function middle(edge) {
  const [x1, y1, x2, y2] = ends(edge);
  return [(x1 + x2) / 2, (y1 + y2) / 2];
}

/** Add an edge to the path of a pen. */
export function path(pen, edge) {
  const [x1, y1, x2, y2] = ends(edge);
  const half = (x2 - x1) / 2;
  pen.moveTo(x1, y1);
  pen.bezierCurveTo(x1 + half, y1, x2 - half, y2, x2, y2);
}

/** How far above or below an edge a place is. */
function distance(edge, x, y) {
  const [x1, y1, x2, y2] = ends(edge);
  if (x < x1 || x > x2) return Infinity;
  let [low, high] = [0, 1]; // across is monotonic along the curve
  for (let k = 0; k < 12; k++) {
    const t = (low + high) / 2;
    const along = 1.5 * t * (1 - t) * (1 - t) + 1.5 * t * t * (1 - t) + t ** 3;
    if (x1 + along * (x2 - x1) < x) low = t;
    else high = t;
  }
  const t = (low + high) / 2;
  const rise = 3 * t * t * (1 - t) + t ** 3;
  return Math.abs(y1 + rise * (y2 - y1) - y);
}
