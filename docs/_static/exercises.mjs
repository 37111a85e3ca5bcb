// Remembers which exercises are done, in this browser and nowhere else.
//
// An exercise is done when its check has passed in the page, or when the
// reader says so.  The index shows a tick for each, and how many there are.

const PLACE = "micrograd-exercises";

function load() {
  try {
    return new Set(JSON.parse(localStorage.getItem(PLACE)) ?? []);
  } catch {
    return new Set(); // not allowed, or not ours
  }
}

function save(done) {
  try {
    localStorage.setItem(PLACE, JSON.stringify([...done]));
  } catch {
    // A browser that keeps nothing still shows what was done on this page.
  }
}

const done = load();

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
    if (isDone) done.add(name);
    else done.delete(name);
    save(done);
    show();
  }

  button.addEventListener("click", () => set(!done.has(name)));
  facts.append(" ", button);
  show();
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
  const count = rows.map(tick).reduce((a, b) => a + b, 0);
  if (!count) return;
  const line = document.createElement("p");
  line.textContent = `You have done ${count} of ${rows.length}. `;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "mg-done";
  button.textContent = "forget";
  button.addEventListener("click", () => {
    done.clear();
    save(done);
    line.remove();
    document.querySelectorAll(".mg-tick").forEach((sign) => sign.remove());
  });
  line.append(button);
  document.querySelector("article h2").before(line);
}

document.querySelectorAll(".mg-exercise-facts").forEach(addButton);
addCount([...document.querySelectorAll("table.mg-exercises tbody tr")]);
