// What a pointer and the keyboard do on the plane.

import { ARROWS } from "../page.mjs";

const REACH = { mouse: 12, pen: 16, touch: 24 }; // of a click, in pixels
const STEP = 0.02; // of an arrow key, of the side

export class Hand {
  tool = "probe";

  #canvas;
  #plane;
  #events;
  #dragging = false;

  /**
   * `events` are told: onhover(position, aloud), onprobe(point), onadd(point),
   * onmove(i, position), onremove(i).
   */
  constructor(canvas, plane, events) {
    this.#canvas = canvas;
    this.#plane = plane;
    this.#events = events;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => this.#drop());
    }
    canvas.addEventListener("pointerleave", () => this.#events.onhover(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => this.#leave());
  }

  /** Choose what a click does. */
  choose(tool) {
    this.tool = tool;
    this.#canvas.dataset.tool = tool;
  }

  // --- The pointer ---

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [
      (event.clientX - box.left) / box.width,
      (event.clientY - box.top) / box.height,
    ];
  }

  #down(event) {
    if (event.button) return;
    this.#plane.cursor = null;
    const reach = REACH[event.pointerType] ?? REACH.mouse;
    this.#use(this.#at(event), reach);
    if (this.tool !== "remove") {
      this.#canvas.setPointerCapture(event.pointerId);
    }
    this.#dragging = true;
  }

  #move(event) {
    const place = this.#at(event);
    const inside = place.every((one) => one >= 0 && one <= 1);
    if (inside) this.#events.onhover(this.#plane.position(place));
    if (!this.#dragging || !inside) return;
    if (this.#plane.held >= 0) this.#drag(place);
    else if (this.tool === "probe") this.#use(place, 0);
  }

  #drag(place) {
    const [x, y] = this.#plane.position(place);
    const [, , c] = this.#plane.points[this.#plane.held];
    this.#plane.points[this.#plane.held] = [x, y, c];
    this.#events.onmove(this.#plane.held, [x, y]);
    this.#plane.draw();
  }

  #drop() {
    this.#dragging = false;
    this.#plane.held = -1;
    this.#plane.draw();
  }

  /** Do what the chosen tool does, at a place. */
  #use(place, reach) {
    const near = reach ? this.#plane.near(place, reach) : -1;
    const count = this.#plane.points.length;
    if (this.tool === "move") this.#plane.held = near;
    else if (this.tool === "remove") {
      if (near >= 0) this.#events.onremove(near);
    } else if (this.tool.startsWith("add")) {
      const c = Number(this.tool.slice(3));
      this.#events.onadd([...this.#plane.position(place), c]);
      if (this.#plane.points.length > count) this.#plane.held = count;
    } else if (near >= 0) this.#events.onprobe([...this.#plane.points[near]]);
    else {
      const c = this.#plane.probe?.[2] ?? 0;
      this.#events.onprobe([...this.#plane.position(place), c]);
    }
    this.#plane.draw();
  }

  // --- The keyboard: arrows move a cursor, Enter uses the tool there ---

  #key(event) {
    const way = ARROWS[event.key];
    if (way) {
      this.#walk(way, event.shiftKey ? 5 * STEP : STEP);
    } else if (event.key === "Enter" || event.key === " ") {
      this.#press();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const near = this.#plane.cursor
        ? this.#plane.near(this.#plane.cursor, REACH.touch)
        : -1;
      if (near >= 0) this.#events.onremove(near);
    } else if (event.key === "Escape") {
      this.#leave();
    } else return;
    event.preventDefault();
  }

  #walk([s, t], step) {
    const [u, v] = this.#plane.cursor ?? [0.5, 0.5];
    const inside = (x) => Math.min(Math.max(x, 0), 1);
    this.#plane.cursor = [inside(u + s * step), inside(v + t * step)];
    if (this.#plane.held >= 0) this.#drag(this.#plane.cursor);
    this.#events.onhover(this.#plane.position(this.#plane.cursor), true);
    this.#plane.draw();
  }

  #press() {
    this.#plane.cursor ??= [0.5, 0.5];
    if (this.#plane.held >= 0) this.#plane.held = -1;
    else {
      this.#use(this.#plane.cursor, REACH.touch);
      if (this.tool !== "move") this.#plane.held = -1;
    }
    this.#plane.draw();
  }

  #leave() {
    this.#plane.cursor = null;
    this.#plane.held = -1;
    this.#plane.draw();
  }
}
