// The player of micrograd.live.steps: buttons, keys, a number that travels.
//
// Every figure brings this script along.  Whichever copy runs first starts
// all figures of the page and marks them; the others find nothing to do.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";
const PAUSE = 1500; // milliseconds for a step at speed 1
const TRAVEL = 0.55; // the part of it in which the number is under way
const LINGER = 400; // milliseconds that a number is seen where it arrives
const DOTS = 12; // points along an arrow

class Player {
  constructor(figure) {
    this.figure = figure;
    this.states = JSON.parse(this.find("script").textContent);
    this.lines = [...figure.querySelectorAll("ol > li")];
    this.parts = this.byName("part");
    this.cells = this.byName("cell");
    this.stage = this.find(".mg-stage");
    this.slider = this.find("input");
    this.last = this.states.length - 1;
    this.at = this.last;
    // Without Graphviz there is a table, in which nothing travels.
    const ground = this.find(".mg-stage svg > g");
    this.pill = ground && new Pill(ground);
    this.listen();
    this.find(".mg-controls").hidden = false;
    this.play(false);
    this.show(this.last);
  }

  find(selector) {
    return this.figure.querySelector(selector);
  }

  byName(kind) {
    const found = this.figure.querySelectorAll(`.mg-stage [data-${kind}]`);
    return new Map([...found].map((one) => [one.dataset[kind], one]));
  }

  get speed() {
    return Number(this.find("select").value);
  }

  // --- One step ---

  show(k, travels = false) {
    this.at = Math.max(0, Math.min(this.last, k));
    const state = this.states[this.at];
    const line = this.lines[this.at];
    // A number is written down when it arrives.
    const moves = travels && state.way.length > 0;
    const time = moves ? (PAUSE * TRAVEL) / this.speed : 0;
    clearTimeout(this.arrival);
    this.write(moves ? this.at - 1 : this.at);
    if (moves) this.arrival = setTimeout(() => this.write(this.at), time);
    for (const [name, part] of this.parts) {
      part.classList.toggle("mg-on", state.on.includes(name));
    }
    for (const one of this.lines) one.classList.toggle("mg-on", one === line);
    const { phase } = line.dataset;
    this.figure.dataset.phase = phase;
    this.figure.classList.toggle("mg-fault", line.querySelector("em") !== null);
    this.find(".mg-phase").textContent = phase;
    this.find(".mg-now").innerHTML = line.innerHTML;
    this.find(".mg-count").textContent = `${this.at} / ${this.last}`;
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", line.textContent);
    this.follow(state);
    this.send(state, time);
  }

  // Put into every place what the steps up to one have written there.
  write(k) {
    const state = this.states[k];
    const past = this.states.slice(0, k + 1).map(({ cells }) => cells);
    const written = Object.assign({}, ...past);
    for (const [name, cell] of this.cells) {
      const empty = name.startsWith("d") ? "data -" : "grad -";
      const text = written[name] ?? empty;
      if (cell.textContent !== text) cell.textContent = text;
      const fresh = k === this.at && name in state.cells;
      cell.classList.toggle("mg-fresh", fresh);
      cell.classList.toggle("mg-wrong", state.wrong.includes(name));
      if (empty === "data -") {
        const box = this.parts.get(`v${name.slice(1)}`);
        box.classList.toggle("mg-pending", !(name in written));
      }
    }
  }

  // Scroll a drawing wider than the page to where something happens.
  follow(state) {
    const { stage } = this;
    if (stage.scrollWidth <= stage.clientWidth || !state.on.length) return;
    const lit = state.on.filter((name) => this.parts.has(name));
    const sides = lit.map((name) =>
      this.parts.get(name).getBoundingClientRect(),
    );
    const left = Math.min(...sides.map((side) => side.left));
    const right = Math.max(...sides.map((side) => side.right));
    const seen = stage.getBoundingClientRect();
    stage.scrollBy({
      left: (left + right - seen.left - seen.right) / 2,
      behavior: STILL.matches ? "auto" : "smooth",
    });
  }

  // Let the number of a step travel.
  send(state, time) {
    if (!this.pill) return;
    const paths = state.way.map((name) =>
      this.parts.get(name).querySelector("path"),
    );
    const points = pointsAlong(paths, this.figure.dataset.phase === "backward");
    this.pill.travel(points, state.pill, time);
  }

  // --- Buttons and keys ---

  play(on) {
    clearTimeout(this.timer);
    this.playing = on;
    this.figure.classList.toggle("mg-playing", on);
    const button = this.find("[data-do=play]");
    button.setAttribute("aria-label", on ? "Pause" : "Play");
    // A voice that reads each step cannot keep up with a running player.
    this.find(".mg-now").setAttribute("aria-live", on ? "off" : "polite");
    if (!on) return;
    if (this.at === this.last) this.show(0);
    this.timer = setTimeout(() => this.next(), PAUSE / 3 / this.speed);
  }

  next() {
    this.show(this.at + 1, !STILL.matches);
    if (this.at === this.last) this.play(false);
    else this.timer = setTimeout(() => this.next(), PAUSE / this.speed);
  }

  go(k) {
    this.play(false);
    this.show(k, k === this.at + 1 && !STILL.matches);
  }

  listen() {
    const acts = {
      start: () => this.go(0),
      back: () => this.go(this.at - 1),
      play: () => this.play(!this.playing),
      forward: () => this.go(this.at + 1),
      end: () => this.go(this.last),
    };
    for (const button of this.figure.querySelectorAll("[data-do]")) {
      button.addEventListener("click", acts[button.dataset.do]);
    }
    this.lines.forEach((line, k) =>
      line.addEventListener("click", () => this.go(k)),
    );
    this.slider.addEventListener("input", () =>
      this.go(Number(this.slider.value)),
    );
    this.figure.addEventListener("keydown", (event) => press(event, acts));
    addEventListener("beforeprint", () => this.go(this.last));
  }
}

const KEYS = {
  ArrowLeft: "back",
  ArrowRight: "forward",
  Home: "start",
  End: "end",
  " ": "play",
};

function press(event, acts) {
  const act = acts[KEYS[event.key]];
  const own =
    event.key === " " ? "input, select, summary, button" : "input, select";
  const modified = event.ctrlKey || event.altKey || event.metaKey;
  if (!act || modified || event.target.closest(own)) return;
  event.preventDefault();
  act();
}

// --- The number that travels ---

// Points along arrows, each of them backwards in a backward pass, up to the
// middle of the last, where the number comes to rest.
function pointsAlong(paths, backwards) {
  return paths.flatMap((path, leg) => {
    const length = path.getTotalLength();
    const end = leg === paths.length - 1 ? 0.5 : 1;
    return Array.from({ length: DOTS + 1 }, (_, i) => {
      const along = (end * i) / DOTS;
      const { x, y } = path.getPointAtLength(
        length * (backwards ? 1 - along : along),
      );
      return { x, y, leg };
    });
  });
}

class Pill {
  constructor(ground) {
    this.group = document.createElementNS(SVG, "g");
    this.group.setAttribute("class", "mg-pill");
    this.box = document.createElementNS(SVG, "rect");
    this.text = document.createElementNS(SVG, "text");
    this.group.append(this.box, this.text);
    ground.append(this.group);
  }

  write(text) {
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    const width = this.text.getComputedTextLength() + 8;
    const sizes = { x: -width / 2, y: -7, width, height: 14, rx: 7 };
    for (const [name, size] of Object.entries(sizes)) {
      this.box.setAttribute(name, size);
    }
  }

  travel(points, texts, duration) {
    cancelAnimationFrame(this.moving);
    clearTimeout(this.resting);
    // At rest it would lie over what it belongs to, which shows it anyway.
    const moves = points.length > 0 && duration > 0;
    this.group.classList.toggle("mg-here", moves);
    if (!moves) return;
    const begin = performance.now();
    const move = () => {
      const time = performance.now() - begin;
      const done = time < duration ? time / duration : 1;
      const eased = done * done * (3 - 2 * done);
      const { x, y, leg } = points[Math.round(eased * (points.length - 1))];
      this.write(texts[leg]);
      this.group.setAttribute("transform", `translate(${x} ${y})`);
      if (done < 1) this.moving = requestAnimationFrame(move);
      else this.resting = setTimeout(() => this.leave(), LINGER);
    };
    move();
  }

  leave() {
    this.group.classList.remove("mg-here");
  }
}

for (const figure of document.querySelectorAll(".mg-steps:not([data-ready])")) {
  figure.dataset.ready = "";
  new Player(figure);
}
