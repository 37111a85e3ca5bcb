/* What the keyboard cannot reach by itself. */

function asButton(element) {
  element.setAttribute("role", "button");
  element.tabIndex = 0;
  element.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      element.click();
    }
  });
}

// The gallery's tags are made by its own script when the page is ready, in
// the order in which it meets them; levels belong first, ideas in a row.
const LEVELS = ["beginner", "intermediate", "advanced"];

function reachTags() {
  const list = document.getElementById("sg-tag-list");
  if (!list || !list.children.length) return;
  const label = list.querySelector(".sphx-glr-tag-label");
  label.textContent = "Show only:";
  const rank = (tag) => (LEVELS.indexOf(tag.textContent) + 4) % 4;
  const tags = [...list.querySelectorAll(".sphx-glr-tag")].sort(
    (a, b) => rank(a) - rank(b) || a.textContent.localeCompare(b.textContent),
  );
  label.after(...tags);
  list.querySelectorAll(".sphx-glr-tag, #sphx-glr-tag-clear").forEach(asButton);
  list.addEventListener("click", () => setTimeout(hideEmptySections));
}

// What is wider than the page is scrolled; with the arrow keys, too.  It
// fades where there is more to come, or nobody would know.
const WIDE = ".mg-graph, .mg-stage, .pst-scrollable-table-container";

function reachWide() {
  for (const wide of document.querySelectorAll(WIDE)) {
    const look = () => {
      const hidden = wide.scrollWidth - wide.clientWidth;
      if (hidden > 1) wide.tabIndex = 0;
      wide.classList.toggle("mg-more", hidden - wide.scrollLeft > 1);
    };
    wide.addEventListener("scroll", look, { passive: true });
    new ResizeObserver(look).observe(wide);
  }
}

// The list of versions is fetched when somebody opens it: from the latest
// site if this is one of its older ones, which cannot know the newer.
async function listVersions(menu) {
  const root = document.documentElement.dataset.content_root;
  const latest = new URL(menu.dataset.latest || root, location.href);
  const home = latest.origin === location.origin ? latest.href : root;
  const answer = await fetch(
    new URL(`${home}_static/versions.json`, location.href),
  );
  for (const { version, url } of await answer.json()) {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = version;
    const item = document.createElement("li");
    item.append(link);
    menu.querySelector("ul").prepend(item);
  }
}

function offerVersions() {
  for (const menu of document.querySelectorAll(".mg-versions")) {
    menu.addEventListener("toggle", () => listVersions(menu), { once: true });
  }
}

// The theme, the gallery and MyST-NB leave some controls without a name, or
// with one that is not what they show.
function nameControls() {
  for (const toggle of document.querySelectorAll("summary > .toctree-toggle")) {
    toggle.parentElement.ariaLabel = "Pages of this section";
  }
  for (const link of document.querySelectorAll(".sphx-glr-thumbcontainer a")) {
    link.ariaLabel = link.textContent;
  }
  for (const summary of document.querySelectorAll(".cell summary")) {
    summary.removeAttribute("aria-label");
  }
}

// Commands install the package from the canonical site; put the one that
// this page came from in its place, since that one serves it too.
function installFromHere() {
  const canonical = document.querySelector('link[rel="canonical"]');
  if (!canonical) return;
  const root = document.documentElement.dataset.content_root;
  const named = new URL(root, canonical.href).href;
  const here = new URL(root, location.href).href;
  for (const block of document.querySelectorAll(".mg-install pre")) {
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      text.data = text.data.replaceAll(named, here);
    }
  }
}

// A tag that leaves no card of a section hides its heading, too.
function hideEmptySections() {
  for (const cards of document.querySelectorAll(".sphx-glr-thumbnails")) {
    // As the gallery's script hides them; in a hidden section, too.
    const shown = [...cards.children].some((c) => c.style.display !== "none");
    const section = cards.closest("section:not(:has(h1))");
    section?.classList.toggle("mg-empty", !shown);
  }
}

// The picture of the landing page plays once by itself.
function playOnce() {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  document.querySelector(".mg-lead ~ .cell .mg-steps [data-do=play]")?.click();
}

// A page that has a curve to drag loads what draws it.
function drawSecant() {
  if (!document.querySelector(".mg-secant")) return;
  const root = document.documentElement.dataset.content_root;
  const script = new URL(`${root}_static/live/secant.mjs`, location.href);
  import(script).catch(() => {}); // who leaves the page ends the loading
}

// Paper is white, whatever the theme.
let printing = null; // the theme to come back to
function onPaper(begins) {
  const { dataset } = document.documentElement;
  if (begins) {
    printing ??= dataset.theme;
    dataset.theme = "light";
  } else if (printing !== null) {
    dataset.theme = printing;
    printing = null;
  }
}

matchMedia("print").addEventListener("change", ({ matches }) =>
  onPaper(matches),
);
window.addEventListener("beforeprint", () => onPaper(true));
window.addEventListener("afterprint", () => onPaper(false));

window.addEventListener("load", () => {
  installFromHere();
  nameControls();
  offerVersions();
  reachTags();
  reachWide();
  playOnce();
  drawSecant();
});
