// Who is asked what: to train, to change, and to show.
//
// A worker of its own trains (training.mjs), and answers what is cheap: the
// plane, what is right.  It is asked once before each frame.  Python, in
// another worker, is asked for all else, one message at a time; when a
// setting changes, it gets the numbers of the run, and gives a new step.
//
// Where that worker cannot be had, Python trains, too.  Then a message asks
// for no more than fits into BUDGET: so a click is answered at once, however
// large the network is.  Each message trains, and lets at most one panel ask
// for its numbers.

import { Helper, frame } from "../helper.mjs";
import { BEGIN } from "./starting.mjs";

const SCRIPT = new URL("training.mjs", import.meta.url);
const ASK = "page_programs.playground.ask";
const BUDGET = 38; // milliseconds
const SHARE = 5; // a panel takes at most one part in so many of the time
const TRAINING = 1.5; // after a panel, so many times its cost go to training
const LEAST = 60; // milliseconds between two pictures of one panel
const CALM = 250; // the same, where drawing is what limits training
const CHANGING = new Set(["assign", "change", "edit"]);
const MORE = 2_000; // steps whose coefficients are asked for at once

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
  #called = false; // whether somebody has called since the last turn
  #free = 0; // when the next panel may ask
  #training = null; // the worker, if there is one
  #looking = false; // whether it is asked before each frame
  #seen = false; // whether there may be something new to ask it
  #beginning = 0; // runs that are not ready yet
  #last = null; // when the worker was asked last, and what step it was

  constructor(python, events) {
    this.#python = python;
    this.#events = events;
    // A page kept for the "back" button must not keep the worker with it.
    addEventListener("pagehide", () => this.#leave());
  }

  /** Whether training goes on without Python. */
  get native() {
    return this.#training !== null;
  }

  /**
   * A panel has `question(playing)`, which gives the name of a method and
   * its arguments; `answer(numbers)`; and `visible`, or it is not asked.
   * If it is `cheap`, the worker that trains can answer; `pause` are the
   * milliseconds between two such answers.
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
    this.#beginning += 1;
    const begun = this.#queue("begin", () => this.#begin(settings));
    return begun.finally(() => {
      this.#beginning -= 1;
      if (this.playing) this.play();
    });
  }

  async #begin(settings) {
    await this.#training?.ask("pause");
    const made = await this.#python.call(BEGIN, settings);
    const given = await this.#python.call(ASK, ["network"], ["native"]);
    await this.#open(given);
    return made;
  }

  /** Let the worker train, or leave it to Python. */
  async #open(given) {
    try {
      this.#training ??= new Helper(SCRIPT);
      await this.#training.ask("begin", ...given);
    } catch {
      this.#leave();
    }
  }

  #leave() {
    this.#training?.stop();
    this.#training = null;
  }

  /** Call a method; an earlier call of the same `key` may be left out. */
  ask(key, ...question) {
    return this.#queue(key, async () => {
      const changes = this.native && CHANGING.has(question[0]);
      if (changes) return this.#change(question);
      const [answer] = await this.#python.call(ASK, question);
      return answer;
    });
  }

  /** Let Python change something, and go on with what it makes of it. */
  async #change(question) {
    const { numbers, key } = await this.#training.ask("hold");
    const taken = numbers ? [["take", numbers]] : [];
    let native = null;
    try {
      const questions = [...taken, question, ["native", key]];
      const answers = await this.#python.call(ASK, ...questions);
      native = answers.pop();
      return answers.pop();
    } finally {
      await this.#training?.ask("renew", native);
    }
  }

  /** The answers to questions that change nothing, as soon as may be. */
  look(...questions) {
    return this.#queue("", () =>
      this.native
        ? this.#training.ask("show", questions)
        : this.#python.call(ASK, ...questions),
    );
  }

  /** Make so many steps now. */
  async advance(count) {
    for (let left = count; left > 0;) {
      const answer = await this.#queue("", () => this.#some(left));
      left -= answer.losses.length;
      this.#advanced(answer);
      if (answer.error) break;
    }
    this.refresh();
  }

  /** Take the last step back, where the worker trains and has kept it. */
  async back() {
    if (!this.native) return null;
    const report = await this.#queue("", () => this.#training.ask("back"));
    if (report) this.#advanced(report);
    this.refresh();
    return report;
  }

  async #some(count) {
    if (this.native) {
      const report = await this.#training.ask("advance", count);
      await this.#extend(report.unknown);
      return report;
    }
    const question = ["advance", count, BUDGET / 1000];
    const [answer] = await this.#python.call(ASK, question);
    return answer;
  }

  play() {
    this.playing = true;
    this.#events.onstate();
    this.#last = null;
    if (!this.#beginning) {
      this.#training?.ask("play", this.#wanted).catch(() => {});
    }
    this.work();
  }

  /** Stop training; `reason` if nobody asked for it. */
  pause(reason = "") {
    this.playing = false;
    this.#events.onstate(reason);
    this.#training?.ask("pause").catch(() => {});
    this.refresh();
  }

  get #wanted() {
    return { until: this.until, pace: this.speed };
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
    this.#look();
    this.#called = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      // Who calls when the last turn is over, but not yet known to be, would
      // not be heard without the mark.
      while (this.#called) {
        this.#called = false;
        while (await this.#turn());
      }
    } catch (error) {
      this.playing = false;
      this.#events.onstate(error.name === "Stopped" ? "" : error.message);
    } finally {
      this.#busy = false;
    }
  }

  /** One message to Python; whether there may be another. */
  async #turn() {
    const asked = this.#waiting.shift();
    if (asked) {
      await asked.call().then(asked.resolve, asked.reject);
      return true;
    }
    const panel = this.#due();
    const questions = panel ? [panel.question(this.playing)] : [];
    const training = this.playing && !this.native;
    if (training) questions.push(this.#steps(panel));
    if (questions.length === 0) return false;
    if (panel) panel.stale = false;
    if (this.native) questions.unshift(...(await this.#taken()));
    const start = performance.now();
    const answers = await this.#python.call(ASK, ...questions);
    const trained = training ? answers.pop() : null;
    if (panel) this.#shown(panel, answers.pop());
    if (trained) await this.#made(trained, start);
    return true;
  }

  /** What tells Python how far the run is. */
  async #taken() {
    const numbers = await this.#training.ask("numbers");
    return numbers ? [["take", numbers]] : [];
  }

  // --- The worker that trains, before each frame ---

  async #look() {
    this.#seen = true;
    if (this.#looking || !this.native) return;
    this.#looking = true;
    try {
      while (this.#seen) {
        this.#seen = false;
        while (await this.#glance());
      }
    } catch (error) {
      if (this.native) this.pause(error.message);
    } finally {
      this.#looking = false;
    }
  }

  /** One report; whether there may be another. */
  async #glance() {
    const now = performance.now();
    const panels = this.#panels.filter(
      (one) =>
        one.cheap &&
        one.visible &&
        one.stale &&
        !(this.playing && now < one.last + (one.pause ?? 0)),
    );
    if (!this.native || this.#beginning) return false;
    if (!this.playing && panels.length === 0) return false;
    for (const panel of panels) panel.stale = false;
    const questions = panels.map((one) => one.question(this.playing));
    const report = await this.#training.ask("report", questions, this.#wanted);
    if (!this.#beginning) this.#told(report, panels);
    await frame();
    return true;
  }

  #told(report, panels) {
    const { losses, error, answers, ended, unknown } = report;
    if (losses.length || error) this.#advanced(report);
    panels.forEach((panel, i) => {
      panel.last = performance.now();
      panel.answer(answers[i]);
    });
    this.#measure();
    if (this.playing && ended) this.pause(error);
    this.#extend(unknown).catch(() => {});
    this.work();
  }

  #measure() {
    const now = performance.now();
    const { time, step } = this.#last ?? { time: now, step: this.step };
    if (now - time > LEAST) {
      const rate = ((this.step - step) / (now - time)) * 1000;
      this.rate = this.rate ? 0.8 * this.rate + 0.2 * rate : rate;
    }
    if (now - time > LEAST || !this.#last) {
      this.#last = { time: now, step: this.step };
    }
  }

  #extending = false;

  /** Give the worker coefficients of the optimiser from one step on. */
  async #extend(unknown) {
    if (unknown === null || this.#extending) return;
    this.#extending = true;
    try {
      const question = ["coefficients", unknown, MORE];
      const [more] = await this.#python.call(ASK, question);
      await this.#training?.ask("extend", more);
    } finally {
      this.#extending = false;
    }
  }

  // --- Python, where it has to train, too ---

  #steps(panel) {
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
      if (panel.cheap && this.native) continue;
      const least = this.playing && this.native ? CALM : LEAST;
      const pause = Math.max(SHARE * panel.cost, least);
      const waited = (now - panel.last) / pause;
      if (waited > longest) [found, longest] = [panel, waited];
    }
    return found;
  }
}
