// The player of micrograd.live.steps: buttons, keys and a number that travels.
//
// Every figure on the page brings this script along; whichever runs first
// starts all figures that are there, and marks them as started.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const SVG = "http://www.w3.org/2000/svg";
const PAUSE = 1500; // milliseconds for a step at speed 1
const TRAVEL = 0.55; // the part of it in which the number is under way

function start(figure) {
  figure.dataset.ready = "";
  const find = (selector) => figure.querySelector(selector);
  const states = JSON.parse(find("script").textContent);
  const lines = [...figure.querySelectorAll("ol > li")];
  const parts = byName("part");
  const cells = byName("cell");
  const stage = find(".mg-stage");
  const slider = find("input");
  const speed = find("select");
  const now = find(".mg-now");
  const last = states.length - 1;
  const pill = makePill(find(".mg-stage svg > g"));
  const before = blank();
  let at = last;
  let timer = 0;

  function byName(kind) {
    const found = figure.querySelectorAll(`.mg-stage [data-${kind}]`);
    return new Map([...found].map((one) => [one.dataset[kind], one]));
  }

  // --- One step ---

  // What a place shows before any step has written to it.
  function blank() {
    const texts = {};
    for (const [name] of cells)
      texts[name] = name[0] === "d" ? "data -" : "grad -";
    return texts;
  }

  function show(k, travels = false) {
    at = Math.max(0, Math.min(last, k));
    const state = states[at];
    const texts = { ...before };
    for (const one of states.slice(0, at + 1)) Object.assign(texts, one.cells);
    for (const [name, cell] of cells) {
      if (cell.textContent !== texts[name]) cell.textContent = texts[name];
      const fresh = name in state.cells && at < last;
      cell.classList.toggle("mg-fresh", fresh);
      cell.classList.toggle("mg-wrong", state.wrong.includes(name));
      if (name[0] === "d")
        parts
          .get(`v${name.slice(1)}`)
          .classList.toggle("mg-pending", texts[name] === before[name]);
    }
    for (const [name, part] of parts)
      part.classList.toggle("mg-on", state.on.includes(name));
    figure.dataset.phase = state.phase;
    figure.classList.toggle("mg-fault", lines[at].querySelector("em") !== null);
    find(".mg-phase").textContent = state.title;
    now.innerHTML = lines[at].innerHTML;
    lines.forEach((line, i) => line.classList.toggle("mg-on", i === at));
    slider.value = at;
    slider.setAttribute("aria-valuetext", lines[at].textContent);
    find(".mg-count").textContent = `${at} / ${last}`;
    follow(state);
    send(state, travels);
  }

  // Scroll a drawing that is wider than the page to where something happens.
  function follow(state) {
    if (stage.scrollWidth <= stage.clientWidth || !state.on.length) return;
    const boxes = state.on.map((name) => parts.get(name));
    const sides = boxes.map((box) => box.getBoundingClientRect());
    const left = Math.min(...sides.map((side) => side.left));
    const right = Math.max(...sides.map((side) => side.right));
    const middle = stage.getBoundingClientRect();
    stage.scrollBy({
      left: (left + right) / 2 - (middle.left + middle.right) / 2,
      behavior: STILL.matches ? "auto" : "smooth",
    });
  }

  // --- The number that travels ---

  function makePill(ground) {
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "mg-pill");
    const box = document.createElementNS(SVG, "rect");
    const text = document.createElementNS(SVG, "text");
    group.append(box, text);
    ground.append(group);
    const write = (words) => {
      if (text.textContent === words) return;
      text.textContent = words;
      const width = text.getComputedTextLength() + 8;
      for (const [name, value] of Object.entries({
        x: -width / 2,
        y: -7,
        width,
        height: 14,
        rx: 7,
      }))
        box.setAttribute(name, value);
    };
    return { group, write, frame: 0 };
  }

  // Points along the arrows, backwards in a backward pass, to the middle of
  // the last one, where the number comes to rest.
  function wayOf(state) {
    const back = state.phase === "backward";
    const points = [];
    state.way.forEach((name, leg) => {
      const path = parts.get(name).querySelector("path");
      const length = path.getTotalLength();
      const end = leg === state.way.length - 1 ? 0.5 : 1;
      for (let i = 0; i <= 12; i++) {
        const share = (end * i) / 12;
        const point = path.getPointAtLength(
          length * (back ? 1 - share : share),
        );
        points.push({ x: point.x, y: point.y, leg });
      }
    });
    return points;
  }

  function send(state, travels) {
    cancelAnimationFrame(pill.frame);
    pill.group.classList.toggle("mg-here", state.way.length > 0);
    if (!state.way.length) return;
    const points = wayOf(state);
    const duration = (PAUSE * TRAVEL) / Number(speed.value);
    const begin = performance.now();
    const place = (time) => {
      const done = travels ? Math.min(1, (time - begin) / duration) : 1;
      const eased = done * done * (3 - 2 * done);
      const i = Math.max(0, Math.round(eased * (points.length - 1)));
      const { x, y, leg } = points[i];
      pill.write(state.pill[leg]);
      pill.group.setAttribute("transform", `translate(${x} ${y})`);
      if (done < 1) pill.frame = requestAnimationFrame(place);
    };
    place(begin);
  }

  // --- Buttons and keys ---

  function play(on) {
    clearTimeout(timer);
    figure.classList.toggle("mg-playing", on);
    find("[data-do=play]").setAttribute("aria-label", on ? "Pause" : "Play");
    // A voice that reads each step cannot keep up with a running player.
    now.setAttribute("aria-live", on ? "off" : "polite");
    if (!on) return;
    if (at === last) show(0);
    const next = () => {
      show(at + 1, !STILL.matches);
      if (at === last) play(false);
      else timer = setTimeout(next, PAUSE / Number(speed.value));
    };
    timer = setTimeout(next, PAUSE / 3 / Number(speed.value));
  }

  function go(k) {
    play(false);
    show(k, k === at + 1 && !STILL.matches);
  }

  const acts = {
    start: () => go(0),
    back: () => go(at - 1),
    play: () => play(!figure.classList.contains("mg-playing")),
    forward: () => go(at + 1),
    end: () => go(last),
  };
  const keys = {
    ArrowLeft: acts.back,
    ArrowRight: acts.forward,
    Home: acts.start,
    End: acts.end,
    " ": acts.play,
  };

  for (const button of figure.querySelectorAll("[data-do]"))
    button.addEventListener("click", acts[button.dataset.do]);
  slider.addEventListener("input", () => go(Number(slider.value)));
  lines.forEach((line, i) => line.addEventListener("click", () => go(i)));
  figure.addEventListener("keydown", (event) => {
    const own = event.target.closest("input, select, summary");
    const pressed = event.key === " " && event.target.closest("button");
    if (own || pressed || event.ctrlKey || event.altKey || event.metaKey)
      return;
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("beforeprint", () => go(last));

  find(".mg-controls").hidden = false;
  play(false);
  show(last);
}

for (const figure of document.querySelectorAll(".mg-steps:not([data-ready])"))
  start(figure);
