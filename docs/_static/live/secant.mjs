// A curve with two points to drag: the straight line through both becomes
// the tangent as the second comes near the first.
//
// It draws into every paragraph of the class "mg-secant"; without scripts there
// is nothing, and the figure above it says the same.

import { slid } from "./keys.mjs";
import { make, makeSvg } from "./page.mjs";

const curve = (x) => 3 * x * x - 4 * x + 5; // as the chapter has it
const slope = (x) => 6 * x - 4;

const BOX = {
  width: 420,
  height: 250,
  left: 34,
  right: 8,
  top: 10,
  bottom: 26,
};
const X = [1, 5]; // from where to where
const Y = [0, 62];
const STEP = 0.05;
const across = (x) =>
  BOX.left + ((x - X[0]) / (X[1] - X[0])) * (BOX.width - BOX.left - BOX.right);
const down = (y) =>
  BOX.height -
  BOX.bottom -
  ((y - Y[0]) / (Y[1] - Y[0])) * (BOX.height - BOX.top - BOX.bottom);
const few = (x) => String(Number(x.toFixed(4))).replace("-", "−");

class Secant {
  constructor(place) {
    this.at = { first: 3, second: 5 };
    this.line = makeSvg("path", { class: "mg-through" });
    this.tangent = makeSvg("path", { class: "mg-tangent" });
    this.points = {
      first: this.point("first", "x, where the slope is asked"),
      second: this.point("second", "The second point"),
    };
    this.told = make("span", { class: "mg-told" });
    const { width, height } = BOX;
    place.append(
      makeSvg(
        "svg",
        {
          viewBox: `0 0 ${width} ${height}`,
          role: "group",
          "aria-label": "The curve 3x² − 4x + 5 with two points to drag",
        },
        ...this.axes(),
        this.tangent,
        this.line,
        ...Object.values(this.points),
      ),
      this.told,
    );
    place.dataset.ready = "";
    this.show();
  }

  axes() {
    const xs = Array.from({ length: 81 }, (_, i) => X[0] + (i * 4) / 80);
    const line = xs.map((x) => `${across(x)},${down(curve(x))}`).join(" ");
    const grid = (d) => makeSvg("path", { class: "mg-grid", d });
    const text = (x, y, anchor, told) =>
      makeSvg("text", { x, y, "text-anchor": anchor }, told);
    const [left, foot] = [BOX.left, BOX.height - BOX.bottom];
    const right = BOX.width - BOX.right;
    return [
      ...[1, 2, 3, 4, 5].flatMap((x) => [
        grid(`M${across(x)} ${BOX.top}V${foot}`),
        text(across(x), foot + 16, "middle", few(x)),
      ]),
      ...[0, 20, 40, 60].flatMap((y) => [
        grid(`M${left} ${down(y)}H${right}`),
        text(left - 6, down(y) + 4, "end", few(y)),
      ]),
      makeSvg("polyline", { class: "mg-curve-line", points: line }),
    ];
  }

  point(name, label) {
    return makeSvg(
      "g",
      {
        class: `mg-point mg-${name}`,
        role: "slider",
        tabindex: 0,
        "aria-label": label,
        "aria-valuemin": X[0],
        "aria-valuemax": X[1],
        onpointerdown: (event) => this.grasp(event, name),
        onkeydown: (event) => this.press(event, name),
      },
      makeSvg("circle", { class: "mg-reach", r: 20 }),
      makeSvg("circle", { r: 7 }),
    );
  }

  // --- What it shows ---

  show() {
    const { first, second } = this.at;
    const h = Number((second - first).toFixed(4));
    const limit = slope(first);
    const ratio = h === 0 ? limit : (curve(second) - curve(first)) / h;
    this.tangent.setAttribute("d", this.through(first, limit));
    this.line.setAttribute("d", this.through(first, ratio));
    const told =
      h === 0
        ? `x = ${few(first)}: the line touches; slope ${few(limit)}`
        : `x = ${few(first)}, h = ${few(h)}: slope ${few(ratio)}, ` +
          `tangent ${few(limit)}`;
    this.told.textContent = told;
    for (const [name, point] of Object.entries(this.points)) {
      const x = this.at[name];
      const place = `translate(${across(x)} ${down(curve(x))})`;
      point.setAttribute("transform", place);
      point.setAttribute("aria-valuenow", x);
      point.setAttribute("aria-valuetext", told);
    }
  }

  // A straight line through a point of the curve, to the ends of the picture.
  through(x, steep) {
    const y = curve(x);
    const ends = Y.map((end) => (steep ? x + (end - y) / steep : x));
    const sides = steep ? ends : X;
    const inside = sides
      .map((side) => Math.max(X[0], Math.min(X[1], side)))
      .map((side) => `${across(side)} ${down(y + steep * (side - x))}`);
    return `M${inside.join("L")}`;
  }

  // --- What moves it ---

  to(name, x) {
    const inside = Math.max(X[0], Math.min(X[1], x));
    this.at[name] = Number((Math.round(inside / STEP) * STEP).toFixed(4));
    this.show();
  }

  grasp(event, name) {
    if (event.button !== 0) return;
    const point = this.points[name];
    const svg = point.ownerSVGElement;
    const move = ({ clientX, clientY }) => {
      const inverse = svg.getScreenCTM().inverse();
      const { x } = new DOMPoint(clientX, clientY).matrixTransform(inverse);
      const part = (x - BOX.left) / (BOX.width - BOX.left - BOX.right);
      this.to(name, X[0] + part * (X[1] - X[0]));
    };
    point.setPointerCapture(event.pointerId);
    point.addEventListener("pointermove", move);
    const leave = () => point.removeEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      point.addEventListener(end, leave, { once: true });
    }
  }

  press(event, name) {
    const there = slid(event, this.at[name], STEP, X);
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (there === undefined || modified) return;
    event.preventDefault();
    this.to(name, there);
  }
}

for (const place of document.querySelectorAll(".mg-secant")) new Secant(place);
