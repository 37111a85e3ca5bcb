// Makes the Python of a page run in the page.
//
// Every block of code gets a bar with buttons.  One Python serves the page;
// it is loaded when a cell is first run.  A cell runs after those above it
// that have not run yet, so that the names it uses are there; one that was
// stopped is left out until somebody runs or changes it.
//
// A page may set exercises: a cell tagged "exercise", and after it one tagged
// "check", which runs behind it and stops unless the answer is right.

import { edit, offsetAt } from "./editor.mjs";
import { Output } from "./output.mjs";
import { Python } from "./runtime.mjs";
import { fromAddress, linkTo } from "./share.mjs";
import { MEGABYTES } from "./sizes.mjs";

// What a page of the gallery shows below a block of code.
const SHOWN =
  ".cell_output, .sphx-glr-script-out, .sphx-glr-single-img, " +
  ".sphx-glr-horizontal, .output_subarea";
const LACKING = {
  faker: "Faker",
  files: "files of the repository",
  numpy: "NumPy",
  sklearn: "scikit-learn",
  sympy: "SymPy",
  torch: "PyTorch",
};

const cells = [];
const python = new Python({
  onprogress: (fraction, text) => current?.loading(fraction, text),
  onend: () => cells.forEach((cell) => (cell.hasRun = false)),
});
const RUN = "Run this cell (Ctrl+Enter)";
const FIRST = `the first run loads Python, ${MEGABYTES} MB`;
let current = null; // the cell that runs
let queue = Promise.resolve();
let stops = 0; // how often everything was stopped

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- A cell ---

class Cell {
  constructor(block, number) {
    this.block = block; // what holds the code and gets the bar
    this.number = number;
    this.pre = block.querySelector("pre");
    this.asBuilt = [...this.pre.childNodes].map((node) => node.cloneNode(true));
    this.original = this.pre.textContent.replace(/\n$/, "");
    this.frame = block.closest(".cell") ?? block;
    const tags = this.frame.classList;
    this.isExercise = tags.contains("tag_exercise");
    this.isCheck = tags.contains("tag_check");
    this.isSolution = tags.contains("tag_solution");
    this.mayFail = tags.contains("tag_raises-exception");
    this.shown = this.#shown();
    this.output = null;
    this.field = null;
    this.hasRun = false;
    this.stopped = null; // the text that was stopped
    this.check = null; // the cell that checks this one
    const lacks = block.className.match(/\blive-needs-(\w+)/)?.[1];
    this.lacks = LACKING[lacks] ?? lacks;
    this.#makeBar();
  }

  get text() {
    return this.field?.value ?? this.original;
  }

  get isNeededBelow() {
    if (this.isExercise || this.isCheck || this.isSolution) return false;
    return !this.lacks && !this.hasRun;
  }

  get wasStopped() {
    return this.stopped === this.text;
  }

  get isEdited() {
    return this.text !== this.original;
  }

  // The output that the page came with.
  #shown() {
    const inside = this.frame.querySelectorAll(":scope > .cell_output");
    if (this.frame !== this.block) return [...inside];
    const found = [];
    let next = this.block.nextElementSibling;
    for (; next?.matches(SHOWN); next = next.nextElementSibling)
      found.push(next);
    return found;
  }

  #makeBar() {
    const button = (text, label, onclick) =>
      element("button", {
        type: "button",
        textContent: text,
        onclick,
        title: label,
      });
    this.bar = element("div", { className: "live-bar" });
    this.status = element("span", { className: "live-status", role: "status" });
    this.meter = element("progress", { hidden: true, max: 1 });
    this.meter.ariaLabel = "Python is loading";
    this.block.append(this.bar);
    if (this.lacks) {
      this.bar.append(`Needs ${this.lacks}, which a page does not have.`);
      return;
    }
    this.runButton = button("Run", RUN, () =>
      this === current || this.isWaiting ? stop() : run(this),
    );
    this.runButton.className = "live-run";
    this.runButton.title += `; ${FIRST}`;
    this.editButton = button("Edit", "Change the code", () => this.edit());
    this.resetButton = button("Reset", "Code and output as they were", () =>
      this.reset(),
    );
    this.linkButton = button("Copy link", "A link to this code", () =>
      this.copyLink(),
    );
    this.resetButton.hidden = true;
    this.bar.append(this.runButton, this.editButton, this.resetButton);
    this.bar.append(this.linkButton, this.meter, this.status);
    this.pre.addEventListener("click", (event) => this.#onClick(event));
  }

  // --- What it says ---

  /** Python is there: no need to tell any more what it takes to load it. */
  knowsPython() {
    if (this.runButton) this.runButton.title = RUN;
    if (this.status.textContent === FIRST) this.say("");
  }

  say(text) {
    this.meter.hidden = true;
    this.status.textContent = text;
  }

  loading(fraction, text) {
    this.meter.hidden = fraction >= 1;
    this.meter.value = fraction;
    this.status.textContent = fraction < 1 ? `${text} …` : "running …";
  }

  busy(isBusy) {
    this.runButton.textContent = isBusy ? "Stop" : "Run";
    this.block.classList.toggle("live-busy", isBusy);
  }

  // --- What it does ---

  // A click of the mouse, unless it follows a link or ends a selection.
  #onClick(event) {
    const mouse = event.pointerType === "mouse";
    const selects = !document.getSelection().isCollapsed;
    if (!mouse || selects || event.target.closest("a")) return;
    this.edit(offsetAt(this.pre, event) ?? undefined);
  }

  edit(offset = this.text.length) {
    if (!this.field) {
      this.field = edit(this.pre, {
        label: `Python code of cell ${this.number}`,
        text: this.original,
        oninput: () => this.#onInput(),
        onrun: () => run(this),
      });
      this.editButton.hidden = true;
    }
    this.field.focus();
    this.field.setSelectionRange(offset, offset);
  }

  #onInput() {
    this.resetButton.hidden = !this.isEdited && !this.output;
    this.say(this.isEdited ? "edited" : "");
  }

  setText(text) {
    this.edit();
    this.field.value = text;
    this.field.dispatchEvent(new Event("input"));
  }

  reset() {
    const frame = this.pre.closest(".live-editor");
    const hadFocus = this.bar.contains(document.activeElement);
    frame?.replaceWith(this.pre);
    this.pre.replaceChildren(...this.asBuilt.map((n) => n.cloneNode(true)));
    this.pre.ariaHidden = null;
    this.field = null;
    this.stopped = null;
    this.show(null);
    this.resetButton.hidden = true;
    this.editButton.hidden = false;
    this.say("as it was");
    if (hadFocus) this.runButton.focus();
  }

  async copyLink() {
    const link = await linkTo(this.number, this.text);
    try {
      await navigator.clipboard.writeText(link);
      this.say("link copied");
    } catch {
      history.replaceState(null, "", link);
      this.say("the link is in the address bar");
    }
  }

  /** Show this output in place of the one the page came with, or that. */
  show(output) {
    if (this.output !== output) this.output?.remove();
    this.output = output;
    if (output) this.frame.after(output.place);
    for (const one of this.shown) one.hidden = output !== null;
    this.resetButton.hidden = !output && !this.isEdited;
  }

  /**
   * Run it in the Python that is there.  Quietly: what the page shows stays,
   * unless the text is new or there is an error that nobody expects.
   */
  async execute({ quietly = false } = {}) {
    const output = new Output(`Output of cell ${this.number}`);
    let [error, said] = ["", ""];
    const begun = performance.now();
    if (!quietly) this.say("running …");
    this.stopped = this.text; // unless it comes to an end
    const asked = stops;
    const onoutput = (piece) => {
      if (piece.kind === "error") error = lastLine(piece.text);
      said += piece.text;
      if (!quietly && this.output !== output) this.show(output);
      output.add(piece);
    };
    const result = await python.run(this.text, { onoutput }).catch((reason) => {
      this.show(output); // what an earlier run has shown is none of this one
      throw reason;
    });
    const failed = !result.ok && !this.mayFail && !result.stopped;
    if (!quietly || failed || this.isEdited) this.show(output);
    this.hasRun = !result.stopped;
    // Leaving the page ends Python, too, and says nothing against the cell.
    if (this.hasRun || asked === stops) this.stopped = null;
    const seconds = (performance.now() - begun) / 1000;
    if (result.stopped) this.say("stopped");
    else this.say(result.ok ? `ran in ${seconds.toFixed(2)} s` : error);
    return { ...result, failed, error, said };
  }
}

function lastLine(text) {
  return text.trim().split("\n").at(-1);
}

// --- Running ---

/** Run a cell, after those above that it may need. */
function run(cell) {
  if (cell.isWaiting || cell === current) return;
  const asked = stops;
  cell.isWaiting = true;
  cell.busy(true);
  cell.say("waiting …");
  queue = queue.then(async () => {
    cell.isWaiting = false;
    if (asked === stops) await runNow(cell);
    cell.busy(false);
  });
}

async function runNow(cell) {
  current = cell;
  try {
    await python.start();
    for (const one of cells) one.knowsPython();
    if (await runAbove(cell)) await runAndCheck(cell);
    sayWhatWasLeftOut(cell);
  } catch (error) {
    cell.say(error.name === "Stopped" ? "stopped" : error.message);
  } finally {
    current = null;
  }
}

const above = (cell) =>
  cells.slice(0, cells.indexOf(cell)).filter((one) => one.isNeededBelow);

function sayWhatWasLeftOut(cell) {
  const [one] = above(cell).filter(({ wasStopped }) => wasStopped);
  if (!one || cell.wasStopped) return;
  const said = cell.status.textContent;
  cell.say(`${said}, without cell ${one.number}, which was stopped`);
}

async function runAbove(cell) {
  const missing = above(cell).filter(({ wasStopped }) => !wasStopped);
  for (const [i, one] of missing.entries()) {
    cell.say(`running the cells above: ${i + 1} of ${missing.length}`);
    const { failed, stopped } = await one.execute({ quietly: true });
    if (failed) cell.say(`cell ${one.number}, above, stops with an error`);
    if (failed || stopped) return false;
  }
  return true;
}

async function runAndCheck(cell) {
  const { ok } = await cell.execute();
  if (!ok || !cell.check) return;
  cell.say("checking …");
  const { error, said } = await cell.check.execute({ quietly: true });
  cell.block.classList.toggle("live-right", !error);
  // Of an error, the message of the check: what it expected, what it got.
  const text = said.replace(/^[^]*\nAssertionError: /, "");
  cell.output.add({ kind: error ? "error" : "stdout", text });
  cell.say(error ? "not yet" : "right");
}

/** End Python, and with it whatever runs or waits. */
function stop() {
  stops += 1;
  python.stop();
  for (const cell of cells)
    if (cell.isWaiting || cell === current) cell.say("stopped");
}

// --- The page ---

async function openAddress() {
  const shared = await fromAddress();
  const cell = cells[shared?.number - 1];
  if (!cell || cell.lacks || shared.text === cell.original) return;
  cell.setText(shared.text);
  cell.say("code from the link; it runs when you say so");
  cell.block.scrollIntoView({ block: "center" });
}

// An exercise is run with its check, which stands folded below it.
function foldChecks() {
  for (const [i, check] of cells.entries()) {
    const exercise = cells[i - 1];
    if (!check.isCheck || !exercise?.isExercise) continue;
    exercise.check = check;
    check.bar.remove();
    if (check.frame.closest("details")) continue;
    const fold = element("details", { className: "live-check" });
    check.frame.replaceWith(fold);
    fold.append(element("summary", {}, "The check"), check.frame);
  }
}

for (const block of document.querySelectorAll(".live"))
  cells.push(new Cell(block, cells.length + 1));
foldChecks();
cells.find(({ lacks, isCheck }) => !lacks && !isCheck)?.say(FIRST);
openAddress();
addEventListener("hashchange", openAddress); // a link put into this very tab
