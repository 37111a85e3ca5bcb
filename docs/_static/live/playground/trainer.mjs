// The conversation with Python: train, change, and show, in short messages.
//
// One message is under way at a time, and asks for no more than fits into
// BUDGET: so a click is answered at once, however large the network is.
// Each message trains, and lets at most one panel ask for its numbers.

const BEGIN = "page_programs.playground.begin";
const ASK = "page_programs.playground.ask";
const BUDGET = 38; // milliseconds
const SHARE = 5; // a panel takes at most one part in so many of the time
const TRAINING = 1.5; // after a panel, so many times its cost go to training
const LEAST = 60; // milliseconds between two pictures of one panel

const sleep = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Trainer {
  playing = false;
  speed = 0; // steps a second; 0: as many as there are
  until = 1000;
  step = 0;
  rate = 0; // steps a second, measured

  #python;
  #events;
  #panels = [];
  #waiting = []; // what the reader has asked for meanwhile
  #busy = false;
  #free = 0; // when the next panel may ask

  constructor(python, events) {
    this.#python = python;
    this.#events = events;
  }

  /**
   * A panel has `question(playing)`, which gives the name of a method and
   * its arguments; `answer(numbers)`; and `visible`, or it is not asked.
   */
  add(panel) {
    this.#panels.push(Object.assign(panel, { cost: 20, last: 0, stale: true }));
  }

  /** These panels, or all, ask again as soon as they are visible. */
  refresh(...panels) {
    for (const panel of panels.length ? panels : this.#panels) {
      panel.stale = true;
      panel.last = 0;
    }
    this.work();
  }

  begin(settings) {
    this.step = 0;
    this.rate = 0;
    return this.#queue("begin", () => this.#python.call(BEGIN, settings));
  }

  /** Call a method; an earlier call of the same `key` may be left out. */
  async ask(key, ...question) {
    const call = () => this.#python.call(ASK, question);
    const answers = await this.#queue(key, call);
    return answers?.[0];
  }

  /** Make so many steps now. */
  async advance(count) {
    for (let left = count; left > 0;) {
      const answer = await this.ask("", "advance", left, BUDGET / 1000);
      left -= answer.losses.length;
      this.#advanced(answer);
      if (answer.error) break;
    }
    this.refresh();
  }

  play() {
    this.playing = true;
    this.#events.onstate();
    this.work();
  }

  /** Stop training; `reason` if nobody asked for it. */
  pause(reason = "") {
    this.playing = false;
    this.#events.onstate(reason);
    this.refresh();
  }

  #queue(key, call) {
    const same = this.#waiting.find((one) => key && one.key === key);
    if (same) {
      same.resolve(undefined);
      this.#waiting.splice(this.#waiting.indexOf(same), 1);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, call, resolve, reject });
      this.work();
    });
  }

  /** Go on for as long as there is something to ask. */
  async work() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (await this.#turn());
    } catch (error) {
      this.playing = false;
      this.#events.onstate(error.name === "Stopped" ? "" : error.message);
    } finally {
      this.#busy = false;
    }
  }

  /** One message; whether there may be another. */
  async #turn() {
    const asked = this.#waiting.shift();
    if (asked) {
      await asked.call().then(asked.resolve, asked.reject);
      return true;
    }
    const panel = this.#due();
    const questions = panel ? [panel.question(this.playing)] : [];
    if (this.playing) questions.push(this.#training(panel));
    if (questions.length === 0) return false;
    const start = performance.now();
    if (panel) panel.stale = false;
    const answers = await this.#python.call(ASK, ...questions);
    if (panel) this.#shown(panel, answers.shift());
    const [trained] = answers;
    if (trained) await this.#made(trained, start);
    return true;
  }

  #training(panel) {
    const left = BUDGET - Math.min(panel?.cost ?? 0, BUDGET - 5);
    const steps = this.speed ? 1 : Math.max(this.until - this.step, 1);
    return ["advance", steps, left / 1000];
  }

  async #made(answer, start) {
    this.#advanced(answer);
    const passed = performance.now() - start;
    const rest = this.speed ? Math.max(1000 / this.speed - passed, 0) : 0;
    const rate = (answer.losses.length / (passed + rest)) * 1000;
    this.rate = this.rate ? 0.9 * this.rate + 0.1 * rate : rate;
    if (this.playing && (this.step >= this.until || answer.error)) {
      this.pause(answer.error);
    }
    if (rest) await sleep(rest);
  }

  #advanced(answer) {
    this.step = answer.step;
    for (const panel of this.#panels) panel.stale = true;
    this.#events.onadvance(answer);
  }

  #shown(panel, answer) {
    panel.cost = 0.5 * panel.cost + 0.5 * answer.seconds * 1000;
    panel.last = performance.now();
    this.#free = panel.last + TRAINING * panel.cost;
    panel.answer(answer);
  }

  /** The panel that has waited longest, in parts of what it may. */
  #due() {
    const now = performance.now();
    if (this.playing && now < this.#free) return null;
    let found = null;
    let longest = this.playing ? 1 : -1;
    for (const panel of this.#panels) {
      if (!panel.visible || !panel.stale) continue;
      const pause = Math.max(SHARE * panel.cost, LEAST);
      const waited = (now - panel.last) / pause;
      if (waited > longest) [found, longest] = [panel, waited];
    }
    return found;
  }
}
