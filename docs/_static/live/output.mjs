// What a cell has to say, shown below it.

const LONGEST = 200_000; // letters of one cell; a loop may print for ever

export class Output {
  #letters = 0;

  constructor(label) {
    this.place = document.createElement("div");
    this.place.className = "live-output";
    this.place.role = "region";
    this.place.ariaLabel = label;
  }

  remove() {
    this.place.remove();
  }

  add({ kind, text }) {
    if (kind === "html" || kind === "svg") this.#picture(text);
    else this.#text(kind, text);
  }

  #picture(markup) {
    const picture = document.createElement("div");
    picture.className = "live-picture";
    picture.innerHTML = markup;
    this.place.append(picture);
    // Scripts that come with markup do not run by themselves.
    for (const script of picture.querySelectorAll("script")) {
      const copy = document.createElement("script");
      for (const { name, value } of script.attributes)
        copy.setAttribute(name, value);
      copy.textContent = script.textContent;
      script.replaceWith(copy);
    }
  }

  #text(kind, text) {
    const left = LONGEST - this.#letters;
    if (left <= 0) return;
    this.#letters += text.length;
    this.#block(kind).append(text.slice(0, left));
    if (text.length > left) {
      const note = `The rest is left out, after ${LONGEST} letters.`;
      this.#block("stderr").append(note);
    }
  }

  #block(kind) {
    const last = this.place.lastElementChild;
    if (last?.dataset.kind === kind && kind !== "text") return last;
    const block = document.createElement("pre");
    block.dataset.kind = kind;
    block.tabIndex = 0; // a long line is scrolled, with the keyboard, too
    this.place.append(block);
    return block;
  }
}
