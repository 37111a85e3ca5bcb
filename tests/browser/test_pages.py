"""Every page of the site, as a reader's browser meets it.

That a page logs no error, misses no file and asks no other host is seen to
by ``page`` itself, at the end of each test.
"""

import gzip
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from conftest import DESK, HTML, PHONE, complaints

PAGES = sorted(
    path.relative_to(HTML).as_posix() for path in HTML.rglob("*.html")
)
# The page for wrong addresses links to the published place, from anywhere.
PAGES = [n for n in PAGES if "_static/" not in n and n != "404.html"]

# One page of each kind, to look at and to check with axe.
KINDS = {
    "front": "index.html",
    "tutorial": "tutorials/a-number-that-remembers.html",
    "how-to": "how-to/draw-a-graph.html",
    "explanation": "explanation/why-a-topological-order.html",
    "reference": "reference/primitives.html",
    "function": "reference/generated/micrograd.exp.html",
    "source": "source/engine.html",
    "gallery": "gallery/index.html",
    "script": "gallery/2_derivatives/plot_taylor.html",
    "exercises": "exercises/engine.html",
    "sandbox": "sandbox.html",
    "changelog": "changelog.html",
}
KINDS = {kind: name for kind, name in KINDS.items() if name in PAGES}

# What we do not write ourselves: the theme's, and MyST-NB's.
NOT_OURS = [".search-button__button", "#pst-search-dialog"]


def groups():
    """Pages by folder, a test each."""
    found = {}
    for name in PAGES:
        found.setdefault(name.rpartition("/")[0] or "top", []).append(name)
    return found


# Text that runs over the right edge, where nothing scrolls to bring it back;
# the width of the page does not tell, since what runs over is cut off.
CUT_OFF = """() => {
  const found = [], scrolls = /auto|scroll/;
  const drawn = "svg, .katex, button, .headerlink";
  const over = (box) => box.width > 1 && box.right > innerWidth;
  const texts = document.createTreeWalker(
    document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode, range = document.createRange();
    range.selectNodeContents(node);
    if (![...range.getClientRects()].some(over)) continue;
    if (node.parentElement.closest(drawn)) continue;
    let held = node.parentElement;
    while (!held.matches("article, main, body")) {
      const { overflowX, position } = getComputedStyle(held);
      if (scrolls.test(overflowX) || position === "absolute") break;
      held = held.parentElement;
    }
    if (held.matches("article, main, body")) found.push(node.textContent);
  }
  return found;
}"""


@pytest.mark.parametrize("folder", groups())
def test_pages_load_and_fit_a_phone(page, site, folder):
    page.set_viewport_size(PHONE)
    wide, cut = [], []
    for name in groups()[folder]:
        page.goto(site + name)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append((name, width))
        cut += [(name, text) for text in page.evaluate(CUT_OFF)]
    assert [] == wide
    assert [] == cut


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_to_complain_of(page, site, picture, kind):
    found = []
    for theme in ["light", "dark"]:
        page.emulate_media(color_scheme=theme)
        page.goto(site + KINDS[kind])
        picture(page, f"{kind}-{theme}")
        found += [(theme, one) for one in complaints(page, without=NOT_OURS)]
    assert [] == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_is_photographed(page, site, picture, kind):
    page.set_viewport_size(PHONE)
    page.goto(site + KINDS[kind])
    assert page.locator("h1").first.is_visible()
    picture(page, f"{kind}-phone")
    page.set_viewport_size(DESK)


# The most bytes that cross the net, compressed, before a reader asks for more.
LIGHT = {"index.html": 600_000, "gallery/index.html": 1_200_000}


@pytest.mark.parametrize("name", LIGHT)
def test_a_page_with_pictures_is_light(page, site, name):
    fetched = {name}
    page.on("requestfinished", lambda request: fetched.add(request.url))
    page.goto(site + name)
    page.wait_for_load_state("networkidle")
    paths = {urlsplit(one.removeprefix(site)).path or name for one in fetched}
    assert any(path.endswith(("_thumb.png", "_thumb.svg")) for path in paths)
    bodies = [(HTML / path).read_bytes() for path in paths]
    assert sum(len(gzip.compress(body)) for body in bodies) <= LIGHT[name]


def test_the_install_line_names_the_place_the_page_came_from(page, site):
    page.goto(f"{site}installation.html")
    line = page.locator(".mg-install pre").first.inner_text()
    assert f"@ {site}wheels/micrograd_literate-" in line
    (wheel,) = HTML.glob("wheels/*.whl")
    assert f'{site}wheels/{wheel.name}"' in line
    page.goto(f"{site}index.html")
    assert f"@ {site}wheels/" in page.locator(".mg-install pre").inner_text()


# --- What readers met ---

CHAPTER = "tutorials/a-number-that-remembers.html"


@pytest.mark.parametrize("width", [960, 1024, 1200, 1300, 1366, 1440])
def test_the_header_is_one_row_and_headings_stand_below_it(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}{CHAPTER}")
    tops = page.evaluate(
        """() => [...document.querySelectorAll(
            ".bd-header .navbar-nav > li, .navbar-header-items__end",
          )].filter((one) => one.offsetHeight)
          .map((one) => one.getBoundingClientRect())
          .map(({ top, bottom }) => Math.round((top + bottom) / 2))"""
    )
    assert max(tops) - min(tops) < 12
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    place = page.locator("section[id]:has(> h2)").last.get_attribute("id")
    page.goto(f"{site}{CHAPTER}#{place}")
    heading = page.locator(f"[id='{place}'] > h2").bounding_box()
    header = page.locator(".bd-header").bounding_box()
    assert heading["y"] >= header["y"] + header["height"] - 1


def test_what_the_header_has_stands_apart_in_the_narrowest_window(page, site):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}{CHAPTER}")
    boxes = page.evaluate(
        """() => [...document.querySelectorAll(
            ".bd-header button, .bd-header .logo__title, .bd-header img",
          )].map((one) => one.getBoundingClientRect())
          .filter(({ width }) => width)
          .map(({ left, right }) => [left, right])
          .sort(([one], [other]) => one - other)"""
    )
    assert len(boxes) > 2
    assert all(one[1] + 4 <= other[0] for one, other in pairwise(boxes))


def test_no_two_links_of_the_header_have_one_name(page, site):
    page.goto(f"{site}index.html")
    names = page.evaluate(
        """() => [...document.querySelectorAll(".bd-header a")]
          .filter((link) => link.offsetWidth)
          .map((link) => (link.ariaLabel || link.textContent).trim())"""
    )
    assert sorted(set(names)) == sorted(names)


def test_paper_is_white_in_the_dark_theme_too(page, site):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}{CHAPTER}")
    theme = "document.documentElement.dataset.theme"
    assert "dark" == page.evaluate(theme)
    page.emulate_media(color_scheme="dark", media="print")
    page.wait_for_function(f"() => {theme} === 'light'")
    page.emulate_media(color_scheme="dark", media="screen")
    page.wait_for_function(f"() => {theme} === 'dark'")


def test_no_address_is_printed_inside_of_code(page, site):
    page.goto(f"{site}gallery/2_derivatives/plot_taylor.html")
    page.emulate_media(media="print")
    added = page.evaluate(
        """() => [...document.querySelectorAll("pre a")]
          .map((link) => getComputedStyle(link, "::after").content)"""
    )
    assert {"none"} >= set(added)


def test_without_scripts_a_page_has_colours(page, site):
    page.trouble.excuse(" csp")  # scripts that are not let in
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setScriptExecutionDisabled", {"value": True})
    page.goto(f"{site}{CHAPTER}")
    devtools.send("Emulation.setScriptExecutionDisabled", {"value": False})
    look = page.evaluate(
        """() => {
          const root = document.documentElement;
          const links = getComputedStyle(root).getPropertyValue(
            "--pst-color-link",
          );
          return [root.dataset.theme ?? "", links];
        }"""
    )
    assert ["", "#00609a"] == look


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_known_before_anything_is_drawn(page, site, scheme):
    page.emulate_media(color_scheme=scheme)
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          window.first = document.documentElement.dataset.theme;
        })"""
    )
    page.goto(f"{site}{CHAPTER}")
    assert scheme == page.evaluate("window.first")


def test_a_section_of_the_gallery_without_cards_is_hidden(page, site):
    page.goto(f"{site}gallery/index.html")
    shown = "() => [...document.querySelectorAll('section h2')]"
    shown += ".filter((one) => one.offsetHeight).length"
    before = page.evaluate(shown)
    tag = page.get_by_role("button", name="transformer", exact=True)
    tag.click()
    page.wait_for_function(f"(before) => ({shown})() < before", arg=before)
    tag.click()
    page.wait_for_function(f"(before) => ({shown})() === before", arg=before)


def test_what_is_wider_than_a_phone_fades_where_it_goes_on(page, site):
    page.set_viewport_size(PHONE)
    page.goto(f"{site}reference/primitives.html")
    table = page.locator(".pst-scrollable-table-container").first
    page.wait_for_selector(".pst-scrollable-table-container.mg-more")
    table.evaluate("(one) => one.scrollTo(one.scrollWidth, 0)")
    page.wait_for_function(
        "(one) => !one.classList.contains('mg-more')",
        arg=table.element_handle(),
    )


def test_the_table_of_primitives_fits_a_desk(page, site):
    page.set_viewport_size(DESK)
    page.goto(f"{site}reference/primitives.html")
    table = page.locator(".pst-scrollable-table-container").first
    assert table.evaluate("(one) => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize("width", [1400, 800, 660, 390])
def test_no_button_of_the_landing_page_stands_alone(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}index.html")
    tops = page.evaluate(
        """() => [...document.querySelectorAll(".mg-actions a")]
          .map((one) => one.offsetTop)"""
    )
    rows = {top: tops.count(top) for top in tops}
    if len(rows) < len(tops):  # not one below the other
        assert 1 not in rows.values()


# As where a reader lets no page keep cookies.
NOTHING_KEPT = """for (const store of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, store, {
    configurable: true,
    get: () => { throw new DOMException("denied", "SecurityError"); },
  });"""


@pytest.mark.parametrize("kind", KINDS)
def test_pages_work_where_nothing_is_kept(page, site, kind):
    page.add_init_script(NOTHING_KEPT)
    page.goto(site + KINDS[kind])
    for mode in ["dark", "light"]:
        page.locator(".theme-switch-button:visible").click()
        page.locator(f".theme-change-button[data-mode={mode}]:visible").click()
        assert mode == page.evaluate("document.documentElement.dataset.theme")


def test_the_search_works_where_nothing_is_kept(page, site):
    page.add_init_script(NOTHING_KEPT)
    page.goto(f"{site}search.html?q=hessian")
    page.wait_for_selector("#search-results .search > li")
