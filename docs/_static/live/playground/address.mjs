// The address of the page, which holds everything that a reader has chosen,
// and the ways to hand it on.

import { copy } from "../page.mjs";
import { write } from "./settings.mjs";

const EMBED = "embed"; // behind the ? of an address
const PAUSE = 250; // browsers refuse an address that follows the hand

export class Address {
  #told;
  #link;
  #timer;

  /** `told()` gives settings, view and edits; `link` leads to all of it. */
  constructor(told, link) {
    this.#told = told;
    this.#link = link;
  }

  /** Write what holds soon. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.write(), PAUSE);
  }

  /** Another address has come: do not write over it. */
  cancel() {
    clearTimeout(this.#timer);
  }

  write() {
    const { pathname, search } = location;
    const fragment = this.lead();
    history.replaceState(null, "", fragment || pathname + search);
  }

  /** Let the link lead to what holds; the fragment of its address. */
  lead() {
    const text = write(...this.#told());
    const fragment = text ? `#${text}` : "";
    this.#link.href = location.pathname + fragment;
    return fragment;
  }

  /** Copy a link; what to say about it. */
  share() {
    this.write();
    return copy(location.href, "The link is copied.");
  }

  /** Copy a line of HTML that shows this in another page. */
  embed() {
    this.write();
    const { origin, pathname, hash } = location;
    const line =
      `<iframe src="${origin}${pathname}?${EMBED}${hash}" ` +
      `title="A neural network in training" loading="lazy" ` +
      `style="width: 100%; height: 46rem; border: 0"></iframe>`;
    return copy(line, "A line of HTML is copied, for a page of your own.");
  }
}
