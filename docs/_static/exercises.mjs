// Remembers which exercises are done, in this browser and nowhere else.
//
// An exercise is done when its check has passed in the page, or when the
// reader says so.  The index shows a tick for each, and how many there are.

const PLACE = "micrograd-exercises";

let done = new Set();

/** What has been done, in another tab, too. */
function load() {
  try {
    done = new Set(JSON.parse(localStorage.getItem(PLACE)) ?? []);
  } catch {
    // Not allowed, or not ours.
  }
}

function save() {
  try {
    localStorage.setItem(PLACE, JSON.stringify([...done]));
  } catch {
    // A browser that keeps nothing still shows what was done on this page.
  }
}

/** Show it now, and when it may have changed while nobody looked. */
function keepUp(show) {
  const again = () => {
    load();
    show();
  };
  addEventListener("storage", ({ key }) => key === PLACE && again());
  addEventListener("pageshow", ({ persisted }) => persisted && again());
  again();
}

// --- On the page of an exercise ---

function addButton(facts) {
  const section = facts.closest("section");
  const group = location.pathname
    .split("/")
    .at(-1)
    .replace(/\.html$/, "");
  const name = `${group}#${section.id}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mg-done";

  function show() {
    button.ariaPressed = done.has(name);
    button.textContent = done.has(name) ? "✓ done" : "mark as done";
  }

  function set(isDone) {
    load();
    if (isDone) done.add(name);
    else done.delete(name);
    save();
    show();
  }

  button.addEventListener("click", () => set(!done.has(name)));
  facts.append(" ", button);
  keepUp(show);
  watch(section, () => set(true));
}

// The script that runs cells gives one this class when its check has passed.
function watch(section, passed) {
  const cell = section.querySelector(".tag_exercise .live");
  if (!cell) return;
  const observer = new MutationObserver(() => {
    if (cell.classList.contains("live-right")) passed();
  });
  observer.observe(cell, { attributeFilter: ["class"] });
}

// --- On the index ---

function tick(row) {
  row.querySelector(".mg-tick")?.remove();
  const link = row.querySelector("a");
  const name = link?.getAttribute("href").replace(".html#", "#");
  if (!done.has(name)) return 0;
  const sign = document.createElement("span");
  sign.className = "mg-tick";
  sign.role = "img";
  sign.ariaLabel = "done";
  sign.textContent = "✓";
  link.before(sign, " ");
  return 1;
}

function addCount(rows) {
  const line = document.createElement("p");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mg-done";
  button.textContent = "forget";

  function show() {
    const count = rows.map(tick).reduce((a, b) => a + b, 0);
    line.hidden = !count;
    line.replaceChildren(`You have done ${count} of ${rows.length}. `, button);
  }

  button.addEventListener("click", () => {
    done.clear();
    save();
    show();
  });
  document.querySelector("article h2").before(line);
  keepUp(show);
}

document.querySelectorAll(".mg-exercise-facts").forEach(addButton);
const rows = [...document.querySelectorAll("table.mg-exercises tbody tr")];
if (rows.length) addCount(rows);
