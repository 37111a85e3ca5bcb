// The numbers above the plane, and what is said about them in words.

import { clock, percent, setText, short } from "../page.mjs";

export class Readout {
  shown = 0; // when it was shown last

  #root;

  constructor(root) {
    this.#root = root;
  }

  #show(name, text) {
    this.#root.querySelector(`[data-show=${name}]`).textContent = text;
  }

  /** How far the run is. */
  progress({ epoch, newest, view }, trainer) {
    this.shown = performance.now();
    this.#show("step", trainer.step.toLocaleString("en"));
    this.#show("epoch", epoch.toLocaleString("en"));
    this.#show("loss", short(newest));
    const left = Math.max(view.until - trainer.step, 0);
    const seconds = trainer.rate ? left / trainer.rate : NaN;
    const known = trainer.playing || left === 0;
    this.#show("left", known ? clock(left && seconds) : "–");
  }

  /** How good the network is, on what it is trained on and on the rest. */
  judged({ table, settings, points, test }) {
    const { train, test: tested } = table ?? { train: {}, test: {} };
    const share = (one) => percent(one.accuracy ?? null);
    this.#show("right", share(train));
    this.#show("test-loss", short(tested.loss));
    this.#show("test-right", share(tested));
    const counted =
      settings.penalty === "none" ? "" : ", without what the weights add";
    const words = test.size
      ? `Of ${points.length - test.size} points trained on ${share(train)} ` +
        `are right, of ${test.size} kept for testing ${share(tested)}; the ` +
        `mean loss is ${short(train.loss)} and ${short(tested.loss)}${counted}.`
      : "";
    const line = this.#root.querySelector(".pg-curves-said");
    setText(line, words);
  }
}
