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

// The gallery's tags are made by its own script when the page is ready.
function reachTags() {
  const list = document.getElementById("sg-tag-list");
  if (!list || !list.children.length) return;
  list.querySelector(".sphx-glr-tag-label").textContent = "Show only:";
  list.querySelectorAll(".sphx-glr-tag, #sphx-glr-tag-clear").forEach(asButton);
}

// A drawing wider than the page is scrolled; with the arrow keys, too.
function reachDrawings() {
  for (const drawing of document.querySelectorAll(".mg-graph")) {
    if (drawing.scrollWidth > drawing.clientWidth) drawing.tabIndex = 0;
  }
}

window.addEventListener("load", () => {
  reachTags();
  reachDrawings();
});
