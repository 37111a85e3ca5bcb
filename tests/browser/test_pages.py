"""Every page of the site, as a reader's browser meets it.

That a page logs no error, misses no file and asks no other host is seen to
by ``page`` itself, at the end of each test.
"""

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


@pytest.mark.parametrize("folder", groups())
def test_pages_load_and_fit_a_phone(page, site, folder):
    page.set_viewport_size(PHONE)
    wide = []
    for name in groups()[folder]:
        page.goto(site + name)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append((name, width))
    assert [] == wide


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_to_complain_of(page, site, picture, kind):
    found = []
    for theme in ["light", "dark"]:
        page.emulate_media(color_scheme=theme)
        page.goto(site + KINDS[kind])
        page.wait_for_load_state("networkidle")
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


def test_the_install_line_names_the_place_the_page_came_from(page, site):
    page.goto(f"{site}installation.html")
    line = page.locator(".mg-install pre").first.inner_text()
    assert f"@ {site}wheels/micrograd_literate-" in line
    (wheel,) = HTML.glob("wheels/*.whl")
    assert f'{site}wheels/{wheel.name}"' in line
    page.goto(f"{site}index.html")
    assert f"@ {site}wheels/" in page.locator(".mg-install pre").inner_text()
