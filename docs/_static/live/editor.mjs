// Turns a block of code into a field to type in.
//
// A text field lies over the block, its letters clear and its caret not.
// The block below shows the same text in the colours of the page, with the
// classes that Pygments gives to the parts of a program.

const WORDS = {
  k: `and as assert async await break class continue def del elif else except
    finally for from global if import in is lambda nonlocal not or pass raise
    return try while with yield`,
  kc: "None True False",
  nb: `abs all any bool callable dict dir enumerate filter float format
    getattr hasattr id int isinstance iter len list map max min next object
    open pow print property range repr reversed round set setattr sorted
    staticmethod str sum super tuple type vars zip`,
};

const CLASSES = new Map(
  Object.entries(WORDS).flatMap(([name, words]) =>
    words.split(/\s+/).map((word) => [word, name]),
  ),
);

const PARTS = new RegExp(
  [
    /(?<c1>#.*)/,
    /(?<s2>(?<!\w)[bfru]{0,2}(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)))/,
    /(?<s1>(?<!\w)[bfru]{0,2}(?:"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
    /(?<nd>^[ \t]*@[\w.]+)/,
    /(?<=\b(?:def|class)[ \t]+)(?<nf>\w+)/,
    /(?<mf>\b\d[\d_]*(?:\.[\d_]*)?(?:e[+-]?\d+)?)/,
    /(?<word>[^\W\d]\w*)/,
    /(?<o>[-+*/%@&|^~<>=!]+)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gim",
);

/** The text in spans, with Pygments' names for what they hold. */
export function coloured(text) {
  const pieces = new DocumentFragment();
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found);
    const name = kind === "word" ? CLASSES.get(match[0]) : kind;
    pieces.append(text.slice(end, match.index));
    end = match.index + match[0].length;
    if (name) {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = match[0];
      pieces.append(span);
    } else {
      pieces.append(match[0]);
    }
  }
  pieces.append(text.slice(end));
  return pieces;
}

/** How far into a block's text the mouse points. */
export function offsetAt(block, { clientX, clientY }) {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  const old = document.caretRangeFromPoint?.(clientX, clientY);
  const node = caret?.offsetNode ?? old?.startContainer;
  if (!node || !block.contains(node)) return null;
  const range = new Range();
  range.setStart(block, 0);
  range.setEnd(node, caret?.offset ?? old.startOffset);
  return range.toString().length;
}

// Through the browser's own command, so that "undo" knows of it.
function type(text) {
  document.execCommand("insertText", false, text);
}

function onEnter(field) {
  const before = field.value.slice(0, field.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = line.match(/^ */)[0];
  type(`\n${indent}${/:\s*(#.*)?$/.test(line) ? "    " : ""}`);
}

// In front of a line, four blanks go at once.
function onBackspace(field) {
  const { selectionStart: start, selectionEnd: end } = field;
  const line = field.value.slice(0, start).split("\n").at(-1);
  if (start !== end || !/^( {4})+$/.test(line)) return false;
  field.setSelectionRange(start - 4, end);
  document.execCommand("delete");
  return true;
}

function onKey(event, onrun) {
  const field = event.target;
  if (event.isComposing) return;
  if (event.key === "Enter") {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.shiftKey) onrun();
    else onEnter(field);
  } else if (event.key === "Backspace" && onBackspace(field)) {
    event.preventDefault();
  }
}

/** Put a field over a <pre>.  The Tab key leaves it, as any other field. */
export function edit(block, { label, text, oninput, onrun }) {
  const frame = document.createElement("div");
  const field = document.createElement("textarea");
  frame.className = "live-editor";
  block.replaceWith(frame);
  frame.append(block, field);
  field.ariaLabel = label;
  field.wrap = "off";
  field.spellcheck = false;
  field.autocapitalize = "off";
  field.setAttribute("autocorrect", "off");
  const show = () => block.replaceChildren(coloured(field.value), "\n");
  field.value = text;
  show();
  block.ariaHidden = "true";
  field.addEventListener("input", () => {
    show();
    oninput();
  });
  field.addEventListener("keydown", (event) => onKey(event, onrun));
  return field;
}
