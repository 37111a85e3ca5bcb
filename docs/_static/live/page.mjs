// Elements, numbers and colours, as all parts of the playground need them.

const SVG = "http://www.w3.org/2000/svg";

/** An element with its attributes and what is in it. */
export function make(name, attributes = {}, ...inside) {
  return fill(document.createElement(name), attributes, inside);
}

export function makeSvg(name, attributes = {}, ...inside) {
  return fill(document.createElementNS(SVG, name), attributes, inside);
}

function fill(element, attributes, inside) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...inside);
  return element;
}

/** Give an element a text: browsers lay out anew even what stays the same. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Give a list of choices its entries. */
export function fillSelect(element, choices, chosen) {
  element.replaceChildren(
    ...choices.map(([value, text]) => make("option", { value }, text)),
  );
  element.value = chosen;
}

/** A number in few characters, all of one width: 0.0123, −4.5e−7. */
export function short(x, digits = 4) {
  if (x === null || x === undefined) return "–";
  const size = Math.abs(x);
  const plain = size === 0 || (size >= 1e-3 && size < 1e5);
  const text = plain
    ? x.toFixed(size < 100 ? digits : 1)
    : x.toExponential(Math.max(digits - 3, 1));
  return text.replaceAll("-", "−");
}

/** A number without more digits than it needs: 0.5, 12. */
export const rounded = (x, digits = 2) =>
  Number(x.toPrecision(digits)).toString();

export const percent = (share, digits = 0) =>
  share === null ? "–" : `${(100 * share).toFixed(digits)} %`;

/** How long something still takes. */
export function clock(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return `${Math.ceil(seconds / 60)} min`;
}

/** Which way each arrow key leads: across, and down. */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The colours of the theme that is on, for canvases. */
export function colours(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ground: read("--pst-color-background"),
    text: read("--pst-color-text-base"),
    muted: read("--pst-color-text-muted"),
    line: read("--pst-color-border"),
    loss: read("--pg-loss"),
    accuracy: read("--pg-accuracy"),
    test: read("--pg-test"),
    positive: `rgb(${read("--pg-positive")})`,
    negative: `rgb(${read("--pg-negative")})`,
    font: read("--pst-font-family-base") || "sans-serif",
    classes: [0, 1, 2].map((k) => rgb(read(`--pg-class-${k}`))),
  };
}

function rgb(text) {
  const whole = Number.parseInt(text.slice(1), 16);
  return [whole >> 16, (whole >> 8) & 255, whole & 255];
}

/** Call back, now and whenever the reader changes the theme. */
export function onTheme(callback) {
  const root = document.documentElement;
  new MutationObserver(callback).observe(root, {
    attributeFilter: ["data-theme"],
  });
  callback();
}

/** Keep `panel.visible` true to what is on the screen. */
export function watch(element, panel, onvisible) {
  new IntersectionObserver((entries) => {
    panel.visible = entries.at(-1).isIntersecting;
    if (panel.visible) onvisible();
  }).observe(element);
}

let taken = 0; // the last frame with a drawing that might have waited

/**
 * A function that draws once before the next frame, however often asked; and
 * not again for so many milliseconds.  Of drawings that pause a frame has one,
 * or it would take long.
 */
export function onceAFrame(draw, pause = 0) {
  let [asked, last] = [false, 0];
  const now = (time) => {
    if (pause && taken === time) return requestAnimationFrame(now);
    if (pause) taken = time;
    asked = false;
    last = performance.now();
    return draw();
  };
  return () => {
    if (asked) return;
    asked = true;
    const wait = last + pause - performance.now();
    if (wait <= 0) requestAnimationFrame(now);
    else setTimeout(() => requestAnimationFrame(now), wait);
  };
}

/** The pen of a canvas of a size in pixels, with nothing on it. */
export function cleared(canvas, width, height) {
  const [wide, tall] = [width, height].map(Math.round);
  // To set a size, even the same, takes longer than to clear.
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  const pen = canvas.getContext("2d");
  pen.resetTransform();
  pen.clearRect(0, 0, wide, tall);
  return pen;
}

/** Copy a text; what to say about it. */
export async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    return words;
  } catch {
    return "The browser does not let this page copy; the address bar has the link.";
  }
}
