// The graph of the loss of one point: laid out once, then only its numbers.

import { make, makeSvg, short } from "../page.mjs";

const BOX = { width: 112, height: 34 };
const GAP = { least: 60, most: 190, down: 9 };
const ZOOM = { least: 0.25, most: 4, step: 1.25, readable: 0.62 };
const THICKEST = 5;
const MARGIN = 12; // pixels around the graph
const FRAME = 260; // pixels, the least height of the frame

export class Graph {
  onlight = () => {}; // called with a layer and a neuron, or nothing

  #frame;
  #detail;
  #form = ""; // of the graph that is laid out
  #boxes = [];
  #wires = [];
  #shown = null; // the numbers
  #chosen = -1;
  #view = { x: 0, y: 0, zoom: 1 };
  #size = [1, 1];

  constructor(frame, detail) {
    this.#frame = frame;
    this.#detail = detail;
    frame.addEventListener("pointerdown", (event) => this.#pan(event));
    frame.addEventListener("keydown", (event) => this.#key(event));
    frame.addEventListener("wheel", (event) => this.#wheel(event), {
      passive: false,
    });
    new ResizeObserver(() => this.fit()).observe(frame);
  }

  /** Show a graph; if it has the form of the last one, only its numbers. */
  show(graph) {
    this.#shown = graph;
    const form = JSON.stringify([
      graph.boxes.map(({ level, title, op }) => [level, title, op]),
      graph.wires.map(([from, to]) => [from, to]),
    ]);
    if (form !== this.#form) {
      this.#form = form;
      this.#lay(graph);
      this.fit();
    }
    this.#number(graph);
    this.#explain();
  }

  // --- Layout: a column for each level, boxes in order ---

  #lay({ boxes, wires }) {
    const columns = [];
    boxes.forEach((box, i) => (columns[box.level] ??= []).push(i));
    const tallest = Math.max(...columns.map((column) => column.length));
    const down = BOX.height + GAP.down;
    const height = Math.max(tallest * down + 2 * MARGIN, FRAME);
    this.#frame.style.height = `${height}px`; // up to what the page allows
    const across = this.#across(columns.length, tallest * down);
    const places = [];
    columns.forEach((column, level) => {
      const top = ((tallest - column.length) * down) / 2;
      column.forEach((i, row) => {
        const x = level * (BOX.width + across);
        places[i] = [x, top + row * down];
      });
    });
    this.#chosen = -1;
    this.#size = [
      columns.length * (BOX.width + across) - across,
      tallest * down - GAP.down,
    ];
    this.#wires = wires.map((wire) => this.#wire(wire, places));
    this.#boxes = boxes.map((box, i) => this.#box(box, i, places[i]));
    this.#frame.replaceChildren(
      makeSvg("g", {}, ...this.#wires),
      makeSvg("g", {}, ...this.#boxes.map((box) => box.group)),
    );
  }

  /** Columns as far apart as fills the frame. */
  #across(count, tall) {
    const { clientWidth: width, clientHeight: height } = this.#frame;
    const room = (Math.max(tall, 300) * (width || 1)) / (height || 1);
    const gap = (room - count * BOX.width) / Math.max(count, 2);
    return Math.min(Math.max(gap, GAP.least), GAP.most);
  }

  #wire([from, to], places) {
    const [x1, y1] = [places[from][0] + BOX.width, places[from][1]];
    const [x2, y2] = places[to];
    const half = BOX.height / 2;
    const bend = (x2 - x1) / 2;
    const path =
      `M${x1} ${y1 + half}C${x1 + bend} ${y1 + half} ` +
      `${x2 - bend} ${y2 + half} ${x2} ${y2 + half}`;
    return makeSvg("path", { d: path, class: "pg-wire" });
  }

  #box(box, i, [x, y]) {
    const text = (dy, kind) =>
      makeSvg("text", { x: BOX.width / 2, y: dy, class: kind });
    const [data, grad] = [text(14, "pg-data"), text(27, "pg-grad")];
    const group = makeSvg(
      "g",
      {
        transform: `translate(${x} ${y})`,
        class: `pg-box pg-${box.bias ? "neuron" : box.role}`,
        onclick: () => this.#choose(i),
      },
      makeSvg("title", {}, name(box)),
      makeSvg("rect", { width: BOX.width, height: BOX.height, rx: 6 }),
      data,
      grad,
    );
    return { group, data, grad };
  }

  // --- Numbers ---

  #number({ boxes, wires }) {
    boxes.forEach((box, i) => {
      const { group, data, grad } = this.#boxes[i];
      data.textContent = label(box) + short(box.data, 3);
      grad.textContent =
        box.role === "constant" ? "" : `grad ${short(box.grad, 3)}`;
      const strength = Math.tanh(Math.abs(box.data ?? 0));
      group.style.setProperty("--strength", strength.toFixed(2));
      group.classList.toggle("pg-negative", box.data < 0);
    });
    const weights = wires.map((wire) => Math.abs(wire[2] ?? 0));
    const heaviest = Math.max(...weights, 1e-9);
    wires.forEach(([, , weight], i) => {
      const share = weight === undefined ? 0.25 : weights[i] / heaviest;
      const style = this.#wires[i].style;
      style.strokeWidth = (0.4 + THICKEST * share).toFixed(2);
      style.opacity = (0.25 + 0.6 * share).toFixed(2);
      this.#wires[i].classList.toggle("pg-negative", weight < 0);
      this.#wires[i].classList.toggle("pg-positive", weight >= 0);
    });
  }

  // --- One box in full ---

  #choose(i) {
    this.#chosen = this.#chosen === i ? -1 : i;
    this.#boxes.forEach(({ group }, k) =>
      group.classList.toggle("pg-chosen", k === this.#chosen),
    );
    this.#wires.forEach((wire, k) => {
      const [from, to] = this.#shown.wires[k];
      const near = this.#chosen < 0 || from === i || to === i;
      wire.classList.toggle("pg-far", !near);
    });
    this.#explain();
    const box = this.#shown.boxes[this.#chosen];
    const [, layer, neuron] = /(\d+)\D+(\d+)/.exec(box?.title ?? "") ?? [];
    this.onlight(...(neuron ? [Number(layer), Number(neuron)] : []));
  }

  /** Choose the box after this one, or before it. */
  #next(way) {
    const count = this.#boxes.length;
    if (count) this.#choose((this.#chosen + way + count) % count);
  }

  #explain() {
    const box = this.#shown?.boxes[this.#chosen];
    if (!box) return this.#summarise();
    const { boxes, wires } = this.#shown;
    const into = wires.filter(([, to]) => to === this.#chosen);
    const rows = into.map(([from, , weight, grad]) => [
      name(boxes[from]),
      boxes[from].data,
      weight,
      grad,
    ]);
    if (box.bias) rows.push(["bias", undefined, ...box.bias]);
    const title = make("p", { class: "pg-chosen-name" }, name(box));
    const numbers = make(
      "p",
      {},
      `data ${short(box.data, 6)}`,
      box.role === "constant" ? "" : `, grad ${short(box.grad, 6)}`,
    );
    const heads = ["from", "data"];
    if (box.bias) heads.push("weight", "its grad");
    const shown = rows.map((row) => row.slice(0, heads.length));
    const table = rows.length ? [numberTable(heads, shown)] : [];
    this.#detail.replaceChildren(title, numbers, ...table);
  }

  /** What goes in, what comes out, and what the loss makes of it. */
  #summarise() {
    if (!this.#shown) return;
    const { boxes } = this.#shown;
    const neurons = boxes.filter((box) => box.bias);
    const last = Math.max(...neurons.map((box) => box.level));
    const ends = boxes.filter(
      (box) => (box.title && !box.bias) || (box.bias && box.level === last),
    );
    const rows = ends.map((box) => [
      box.bias ? `score, ${name(box)}` : box.title,
      box.data,
      box.grad,
    ]);
    this.#detail.replaceChildren(
      make("p", {}, "Choose a box to see what it adds up."),
      numberTable(["number", "data", "grad"], rows),
    );
  }

  // --- Pan and zoom ---

  /** As large as fits; what would be too small to read is left to panning. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.#frame;
    if (!width) return;
    const [wide, tall] = this.#size;
    const fits = (room, size) => (room - 2 * MARGIN) / size;
    const most = Math.min(fits(height, tall), ZOOM.step);
    const zoom = Math.min(Math.max(fits(width, wide), ZOOM.readable), most);
    const cut = wide * zoom > width - 2 * MARGIN;
    this.#view = {
      zoom,
      x: cut ? -MARGIN / zoom : (wide - width / zoom) / 2,
      y: (tall - height / zoom) / 2,
    };
    this.#look();
  }

  zoom(factor) {
    const { clientWidth: width, clientHeight: height } = this.#frame;
    this.#zoomAt(factor, width / 2, height / 2);
  }

  #zoomAt(factor, across, down) {
    const { x, y, zoom } = this.#view;
    const wanted = zoom * factor;
    const next = Math.min(Math.max(wanted, ZOOM.least), ZOOM.most);
    this.#view = {
      zoom: next,
      x: x + across / zoom - across / next,
      y: y + down / zoom - down / next,
    };
    this.#look();
  }

  #look() {
    const { x, y, zoom } = this.#view;
    const { clientWidth: width, clientHeight: height } = this.#frame;
    const box = [x, y, width / zoom, height / zoom];
    this.#frame.setAttribute("viewBox", box.map((n) => n.toFixed(2)).join(" "));
    // A finger scrolls the page, unless there is more graph above or below.
    const inside = this.#size[1] * zoom <= height;
    this.#frame.style.touchAction = inside ? "pan-y" : "none";
  }

  #pan(event) {
    if (event.button) return;
    let [x, y] = [event.clientX, event.clientY];
    const move = (next) => {
      this.#view.x -= (next.clientX - x) / this.#view.zoom;
      this.#view.y -= (next.clientY - y) / this.#view.zoom;
      [x, y] = [next.clientX, next.clientY];
      this.#look();
    };
    const end = () => removeEventListener("pointermove", move);
    addEventListener("pointermove", move);
    for (const type of ["pointerup", "pointercancel"]) {
      addEventListener(type, end, { once: true });
    }
  }

  // The wheel scrolls the page; with Ctrl, as when pinching, it zooms.
  #wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = this.#frame.getBoundingClientRect();
    const factor = Math.exp(-event.deltaY / 200);
    this.#zoomAt(factor, event.clientX - box.left, event.clientY - box.top);
  }

  #key(event) {
    const far = 40 / this.#view.zoom;
    const keys = {
      ArrowLeft: () => (this.#view.x -= far),
      ArrowRight: () => (this.#view.x += far),
      ArrowUp: () => (this.#view.y -= far),
      ArrowDown: () => (this.#view.y += far),
      "+": () => this.zoom(ZOOM.step),
      "-": () => this.zoom(1 / ZOOM.step),
      0: () => this.fit(),
      n: () => this.#next(1),
      p: () => this.#next(-1),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
    this.#look();
  }
}

// --- Words ---

function name(box) {
  if (box.title) return box.title;
  return box.op ? `result of ${box.op}` : box.role;
}

/** What stands before the number in a box. */
function label(box) {
  if (box.bias) return "";
  if (box.title) return `${box.title} = `;
  return box.op ? `${box.op} → ` : "";
}

function numberTable(heads, rows) {
  const head = (one) => make("th", { scope: "col" }, one);
  const cell = (x, i) =>
    i ? make("td", {}, x === undefined ? "" : short(x)) : make("td", {}, x);
  return make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...heads.map(head))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))),
  );
}
