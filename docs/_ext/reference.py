"""Makes the reference fit the package: addresses, long pages, edit links.

A thing that can be imported from two places, such as ``micrograd.Value``
and ``micrograd.engine.Value``, is described on one page; a reference to
either leads there.

A method that is a row of the table has the row's description already; the
page of its class has one line and the way to it.

A page that is made from code has no file of its own to edit; its edit link
leads to the code.  Shared elsewhere, it shows the first paragraph of the
docstring and the logo: five hundred drawn cards would be half of the site.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from docutils import nodes
from sphinx.addnodes import desc_content, pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

import micrograd

# --- What is public, and under which addresses ---


def modules() -> dict[str, Any]:
    """The package and its modules, by name."""
    inside = [one.name for one in iter_modules(micrograd.__path__)]
    names = ["micrograd", *(f"micrograd.{name}" for name in inside)]
    return {name: import_module(name) for name in names}


def members(module: Any) -> dict[str, Any]:
    """The public classes and functions of a module, by name."""
    names = getattr(module, "__all__", None) or [
        name for name in vars(module) if not name.startswith("_")
    ]
    return {
        name: thing
        for name in names
        if inspect.isroutine(thing := getattr(module, name))
        or inspect.isclass(thing)
        if str(thing.__module__).startswith("micrograd")
    }


def addresses() -> dict[str, list[str]]:
    """For the full name of each public thing, all its public addresses."""
    found: dict[str, list[str]] = {}
    for module_name, module in modules().items():
        for name, thing in members(module).items():
            if thing.__qualname__.startswith("_"):
                continue  # several names of what has none of its own
            full = f"{thing.__module__}.{thing.__qualname__}"
            found.setdefault(full, [full]).append(f"{module_name}.{name}")
    return found


def classes() -> dict[str, str]:
    """The public classes, for types in docstrings: name and address."""
    return {
        name: f"{module_name}.{name}"
        for module_name, module in reversed(modules().items())
        for name, thing in members(module).items()
        if inspect.isclass(thing)
    }


# --- References to any address ---


def other_addresses(target: str) -> list[str]:
    """All addresses of a target; of a method, by those of its class."""
    for group in addresses().values():
        for address in group:
            if target == address or target.startswith(address + "."):
                rest = target[len(address) :]
                return [other + rest for other in group]
    return []


def resolve(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    content: nodes.TextElement,
) -> nodes.reference | None:
    """Try the other addresses of a name that no page describes."""
    if node.get("refdomain") != "py":
        return None
    domain = env.domains.python_domain
    target, inside = node["reftarget"], node.get("py:module")
    page = f"reference/{target.rpartition('.')[2]}"
    if node["reftype"] == "mod" and page in env.found_docs:
        return make_refnode(
            app.builder, env.docname, page, None, content, target
        )
    others = (
        other_addresses(target)
        or other_addresses(f"{inside}.{target}")
        or other_addresses(f"micrograd.{target}")
    )
    where, kind = node.get("refdoc", env.docname), node["reftype"]
    for address in others:
        found = domain.resolve_xref(
            env, where, app.builder, kind, address, node, content
        )
        if found is not None:
            return found
    return None


# --- Shorter pages ---


def shorten(
    app: Sphinx,
    what: str,
    name: str,
    thing: Any,
    options: Any,
    lines: list[str],
) -> None:
    """Point from a method that is a row of the table to the row."""
    row = getattr(thing, "primitive", None)
    if what == "method" and row is not None:
        end = lines.index("") if "" in lines else len(lines)
        lines[end:] = ["", f"See :func:`micrograd.primitives.{row.name}`."]


def demote(
    app: Sphinx,
    what: str,
    name: str,
    thing: Any,
    options: Any,
    lines: list[str],
) -> None:
    """Turn the headings of a module's docstring into lines of bold type.

    As headings they would have the same address on every page.
    """
    if what != "module":
        return
    for i in range(len(lines) - 1, 0, -1):
        if lines[i].startswith("---") and not lines[i].strip("-"):
            lines[i - 1 : i + 1] = [f".. rubric:: {lines[i - 1]}", ""]


def hide(
    app: Sphinx, name: str, thing: Any, options: Any, bases: list[Any]
) -> None:
    """Leave out base classes that no page describes."""
    shown = [one for one in bases if not one.__name__.startswith("_")]
    bases[:] = shown or [object]


# --- Links shared elsewhere ---

GENERATED = "reference/generated/"


def summary(tree: nodes.document) -> str:
    """The first paragraph of the docstring on a page."""
    described = next(tree.findall(desc_content), tree)
    for paragraph in described.findall(nodes.paragraph):
        words = paragraph.astext().split()
        if words[0] != "Bases:":  # of a class, written before its docstring
            return " ".join(words)
    return ""


def share(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Say what a page of the reference shows where its link is shared."""
    if page.startswith(GENERATED):
        context["meta"] = {
            **(context["meta"] or {}),
            "og:image": "_static/card.png",
            "og:description": summary(tree),
        }


# --- Edit links ---


def source_of(page: str) -> str | None:
    """The file a page is made from, if it is not the page itself."""
    if page.startswith("gallery/"):
        return f"{page}.py".replace("/index.py", "/GALLERY_HEADER.rst")
    if not page.startswith(GENERATED):
        return None
    module_name, _, name = page.removeprefix(GENERATED).rpartition(".")
    thing = getattr(import_module(module_name), name)
    path = thing.__module__.replace(".", "/")
    if hasattr(import_module(thing.__module__), "__path__"):
        path += "/__init__"
    return f"{path}.py"


def edit_link(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Let the theme's edit link lead to the file the page is made from."""
    source = source_of(page)
    if source:
        repository = app.config.html_context["repository"]
        url = f"{repository}/edit/main/{source}"
        context["get_edit_provider_and_url"] = lambda: ("GitHub", url)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("missing-reference", resolve, priority=400)
    # Before numpydoc, at 500, reads the lines.
    app.connect("autodoc-process-docstring", shorten, priority=300)
    app.connect("autodoc-process-docstring", demote, priority=300)
    app.connect("autodoc-process-bases", hide)
    # Before the cards are drawn, at 500.
    app.connect("html-page-context", share, priority=400)
    # After the theme, at 500, has set its own.
    app.connect("html-page-context", edit_link, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
