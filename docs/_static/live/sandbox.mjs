// The sandbox: an expression typed into the page, computed by micrograd.

import { slid } from "./keys.mjs";
import { Python } from "./runtime.mjs";

const EVALUATE = "page_programs.sandbox.evaluate";
const PATIENCE = 300; // milliseconds without a key before an answer is asked

class Sandbox {
  constructor(form, answer) {
    this.form = form;
    this.answer = answer;
    this.example = JSON.parse(answer.dataset.state);
    this.python = new Python({
      onprogress: (fraction, text) =>
        this.tell(fraction < 1 ? text : "", fraction),
    });
    this.wanted = null; // the question to ask when the last is answered
    this.started = false;
    this.restore();
    this.listen();
    form.hidden = false;
    this.tell("Start loads Python, some 7 MB, to compute what you type.");
  }

  find(selector) {
    return this.form.querySelector(selector);
  }

  piece(name) {
    return this.answer.querySelector(`[data-piece=${name}]`);
  }

  tell(text, fraction = null) {
    this.find(".mg-status").textContent = text;
    const progress = this.find("progress");
    progress.hidden = fraction === null || fraction >= 1;
    if (fraction !== null) progress.value = fraction;
  }

  // --- The state, and the address that keeps it ---

  restore() {
    const given = new URLSearchParams(location.hash.slice(1));
    const text = given.get("expression");
    this.state = structuredClone(this.example);
    if (text !== null) {
      const inputs = Object.fromEntries(
        (given.get("at") ?? "")
          .split(",")
          .filter((pair) => pair.includes(":"))
          .map((pair) => pair.split(":"))
          .map(([name, number]) => [name, Number(number)]),
      );
      this.state = { text, inputs, along: given.get("along") ?? "" };
      this.answer.classList.add("mg-old");
    }
    this.find("textarea").value = this.state.text;
    this.showInputs(this.state.inputs);
    this.showAlong();
  }

  remember() {
    const { text, inputs, along } = this.state;
    const at = Object.entries(inputs).map((pair) => pair.join(":"));
    const given = new URLSearchParams({ expression: text, at, along });
    history.replaceState(null, "", `#${given}`);
  }

  // --- Asking ---

  async start() {
    this.find("[type=submit]").disabled = true;
    this.tell("loading Python", 0);
    try {
      await this.python.start();
      this.started = true;
      this.find("[type=submit]").hidden = true;
      this.tell("");
      this.ask();
    } catch (error) {
      this.tell(error.message);
      this.find("[type=submit]").disabled = false;
    }
  }

  // Ask for an answer; of many questions in a row only the last is asked.
  async ask({ ends = null, brief = false } = {}) {
    if (!this.started) return;
    const busy = this.wanted !== null;
    this.wanted = { ends, brief };
    if (busy) return;
    while (this.wanted.asked !== true) {
      const { text, inputs, along } = this.state;
      const { ends, brief } = this.wanted;
      this.wanted.asked = true;
      try {
        const question = [text, inputs, along, ends, brief];
        const answer = await this.python.call(EVALUATE, ...question);
        if (text === this.state.text) this.show(answer, brief);
      } catch (error) {
        this.fail(error);
      }
    }
    this.wanted = null;
  }

  fail(error) {
    if (error.name === "Stopped") return;
    this.showError({ message: `${error.name}: ${error.message}` });
  }

  // --- Showing ---

  show(answer, brief) {
    this.showError(answer.error);
    this.answer.classList.toggle("mg-old", Boolean(answer.error));
    if (answer.error) return;
    this.learn(answer);
    this.remember();
    this.showInputs(this.state.inputs);
    this.piece("result").innerHTML = answer.result;
    this.piece("table").innerHTML = answer.table;
    this.showCurve(answer.curve);
    this.showAlong();
    this.piece("steps").classList.toggle("mg-old", brief);
    if (!brief) insert(this.piece("steps"), answer.steps);
  }

  // Which inputs there are.  Their numbers may have moved on meanwhile.
  learn({ inputs, along }) {
    const now = { ...inputs };
    for (const name of Object.keys(inputs)) {
      now[name] = this.state.inputs[name] ?? inputs[name];
    }
    if (!(this.state.along in now)) this.state.along = along;
    this.state.inputs = now;
  }

  showError(error) {
    const place = this.find(".mg-error");
    this.find("textarea").setAttribute("aria-invalid", Boolean(error));
    place.replaceChildren();
    if (!error) return;
    if (error.line) {
      const { line, from, to } = error;
      const wrong = document.createElement("mark");
      wrong.textContent = line.slice(from, to) || " ";
      const code = document.createElement("code");
      code.append(line.slice(0, from), wrong, line.slice(to));
      place.append(code);
    }
    const message = document.createElement("p");
    message.textContent = error.message;
    place.append(message);
  }

  showInputs(inputs) {
    const place = this.find(".mg-inputs");
    const names = Object.keys(inputs);
    const there = [...place.querySelectorAll("input")];
    if (there.map(({ name }) => name).join() !== names.join()) {
      place.replaceChildren(...names.map(makeInput));
    }
    for (const input of place.querySelectorAll("input")) {
      const same = input.valueAsNumber === inputs[input.name];
      if (!same) input.value = inputs[input.name];
    }
  }

  // The curve is changed in place, so that a finger on it stays on it.
  showCurve(html) {
    const place = this.piece("curve");
    const old = place.querySelector("svg");
    const fresh = parse(html).querySelector("svg");
    if (!old || !fresh) {
      place.innerHTML = html;
      return;
    }
    for (const { name, value } of fresh.attributes) {
      old.setAttribute(name, value);
    }
    old.innerHTML = fresh.innerHTML;
  }

  // Above the curve, along which input it is drawn.
  showAlong() {
    const { inputs, along } = this.state;
    const names = Object.keys(inputs);
    const place = this.piece("curve");
    let choice = place.querySelector("select");
    if (!choice && names.length) {
      const label = document.createElement("label");
      choice = document.createElement("select");
      choice.addEventListener("change", () => {
        this.state.along = choice.value;
        this.ask();
      });
      label.append("Curve along ", choice);
      place.prepend(label);
    }
    choice?.replaceChildren(...names.map((name) => new Option(name)));
    if (choice) choice.value = along || names[0];
  }

  // --- Typing and dragging ---

  listen() {
    let timer = 0;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.ask(), PATIENCE);
    };
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.started) this.ask();
      else this.start();
    });
    this.find("textarea").addEventListener("input", ({ target }) => {
      this.state.text = target.value;
      this.answer.classList.add("mg-old");
      soon();
    });
    this.find(".mg-inputs").addEventListener("input", ({ target }) => {
      const number = target.valueAsNumber;
      this.state.inputs[target.name] = Number.isNaN(number) ? null : number;
      soon();
    });
    this.find(".mg-link").addEventListener("click", () => this.copyLink());
    addEventListener("hashchange", () => {
      this.restore();
      this.ask();
    });
    this.listenToCurve(this.piece("curve"));
  }

  listenToCurve(place) {
    place.addEventListener("pointerdown", (event) => {
      const svg = event.target.closest("svg.mg-slope");
      if (!svg || !this.started) return;
      place.setPointerCapture(event.pointerId);
      this.ends = endsOf(svg);
      this.move(acrossOf(svg, event));
    });
    place.addEventListener("pointermove", (event) => {
      if (this.ends) this.move(acrossOf(place.querySelector("svg"), event));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      place.addEventListener(end, () => {
        if (this.ends) this.ask();
        this.ends = null;
      });
    }
    place.addEventListener("keydown", (event) => this.press(event));
    place.addEventListener("keyup", () => {
      if (this.moved) this.ask();
      this.moved = false;
    });
  }

  press(event) {
    const svg = event.target.closest("svg.mg-slope");
    if (!svg || !this.started) return;
    const [low, high] = endsOf(svg);
    const now = this.state.inputs[this.state.along];
    const there = slid(event, now, (high - low) / 80, [low, high]);
    if (there === undefined) return;
    event.preventDefault();
    this.moved = true;
    this.move(there, null);
  }

  move(x, ends = this.ends) {
    const { inputs, along } = this.state;
    inputs[along] = Number(x.toPrecision(3));
    this.showInputs(inputs);
    this.ask({ ends, brief: true });
  }

  async copyLink() {
    this.remember();
    try {
      await navigator.clipboard.writeText(location.href);
      this.tell("The link is copied.");
    } catch {
      this.tell("The link is in the address bar.");
    }
  }
}

// --- Pieces of the page ---

function makeInput(name) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "number", name, step: "any" });
  label.append(`${name} =`, input);
  return label;
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Put HTML in place and run its scripts, which a browser does not by itself.
function insert(place, html) {
  place.innerHTML = html;
  for (const script of place.querySelectorAll("script")) {
    const running = document.createElement("script");
    for (const { name, value } of script.attributes) {
      running.setAttribute(name, value);
    }
    running.textContent = script.textContent;
    script.replaceWith(running);
  }
}

function endsOf(svg) {
  return ["min", "max"].map((end) =>
    Number(svg.getAttribute(`aria-value${end}`)),
  );
}

// Where on the axis of the curve a pointer is.
function acrossOf(svg, { clientX, clientY }) {
  const inverse = svg.getScreenCTM().inverse();
  const { x } = new DOMPoint(clientX, clientY).matrixTransform(inverse);
  const [low, high] = endsOf(svg);
  const { left, right } = svg.dataset;
  const part = (x - left) / (right - left);
  const t = low + Math.min(1, Math.max(0, part)) * (high - low);
  const step = (high - low) / 160;
  return Math.round(t / step) * step;
}

for (const form of document.querySelectorAll("form.mg-sandbox")) {
  new Sandbox(form, document.querySelector(".mg-answer"));
}
