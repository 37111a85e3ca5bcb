"""How the site is built; ``python3 noxfile.py -s site`` builds it.

Three rules, each kept by a test on the built pages: a page loads nothing
from another host, every local link leads somewhere, every figure has a
text.  Any warning of Sphinx ends the build.
"""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE / "_live"), str(HERE.parent)]
os.environ.setdefault("MPLBACKEND", "agg")
# One thread a process: pages and scripts are built side by side, and small
# matrix products that wait for a busy core take ten times as long.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import found_by
import reference
from micrograd import about

# --- The project ---

PROJECT = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))
PROJECT = PROJECT["project"]
REPOSITORY = about.SOURCE

project = "micrograd"
author = PROJECT["authors"][0]["name"]
project_copyright = author
release = version = about.__version__
language = "en-GB"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "numpydoc",
    "myst_nb",
    "sphinx_gallery.gen_gallery",
    "notfound.extension",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_reredirects",
    "sphinx_sitemap",
    "sphinxext.opengraph",
    "ahead",
    "chapter",
    "annotated",
    "code_links",
    "exercises",
    "experiments",
    "folded",
    "formulas",
    "habits",
    "install",
    "found_by",
    "gpt_page",
    "kernels",
    "linear_table",
    "listed",
    "live",
    "offline",
    "pictures",
    "reference",
    "sessions",
    "slides",
    "speed_tables",
    "speeds",
    "streams",
    "primitive_table",
    "twins",
]

templates_path = ["_templates"]
exclude_patterns = [
    "_build",
    "_ext",
    "_inventories",
    "_live",
    "jupyter_execute",
    "node_modules",
    "**.ipynb_checkpoints",
    # What the gallery writes beside its pages, notebooks among it; without
    # these lines MyST-NB would run every script a second time.
    *(f"gallery/**.{end}" for end in ["ipynb", "py", "md5", "json", "zip"]),
    "**sg_execution_times.rst",
]
nitpicky = True
# The base of LAMB: AdamW of `micrograd.optim`, read on tensors.
nitpick_ignore = [("py:class", "micrograd.tensors.optim.optimizer.AdamW")]
show_warning_types = True
# A source in the bibliography need not be cited on a page.
suppress_warnings = ["ref.citation"]

# --- The reference, generated from docstrings ---

autosummary_generate = True
autosummary_ignore_module_all = False
autodoc_typehints = "none"  # numpydoc's Parameters say them in words
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True
add_function_parentheses = False
toc_object_entries_show_parents = "hide"

numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
numpydoc_xref_param_type = True
# Words of a type that are no names, such as "of", stay words.
numpydoc_xref_ignore = "all"
numpydoc_xref_aliases = reference.classes() | {
    "bool": "bool",
    "callable": "collections.abc.Callable",
    "iterable": "collections.abc.Iterable",
    "iterator": "collections.abc.Iterator",
    "mapping": "collections.abc.Mapping",
    "scalar": "numpy.generic",
    "sequence": "collections.abc.Sequence",
}

# Links to other sites are looked up in small text files kept here, so that
# a build needs no network.
intersphinx_mapping = {
    "python": (
        "https://docs.python.org/3",
        str(HERE / "_inventories" / "python.txt"),
    ),
    "numpy": (
        "https://numpy.org/doc/stable",
        str(HERE / "_inventories" / "numpy.txt"),
    ),
}

# --- The gallery ---

# Strings, not objects: Sphinx stores the settings to see what has changed.
sphinx_gallery_conf = {
    "examples_dirs": "../gallery",
    "gallery_dirs": "gallery",
    "filename_pattern": r"[\\/]plot_",
    "within_subsection_order": "gallery_order.ByLevel",
    "image_scrapers": ("matplotlib", "graph_scraper.scraper"),
    "capture_repr": ("_repr_html_", "__repr__"),
    "parallel": 2,
    "reset_modules": ("matplotlib", "graph_scraper.start_afresh"),
    "abort_on_example_error": True,
    "doc_module": ("micrograd",),
    "backreferences_dir": "generated/backreferences",
    "inspect_global_variables": True,
    "image_srcset": ["2x"],
    "recommender": {
        "enable": True,
        "n_examples": 3,
        "min_df": 1,
        "max_df": 1.0,
        "rubric_header": "Related examples",
    },
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_signature": False,
    "write_computation_times": False,
    "min_reported_time": 3600,
}

# --- Executed pages ---

# A profile of our own: start-up files of whoever builds the site must not
# change its pages, and kernels need not warn that they speak in the clear.
# Of an error that is shown on purpose its message is what counts; the way
# to it would name folders of the machine that built the page.
PROFILE = HERE / "_build" / "ipython" / "profile_default"
PROFILE.mkdir(parents=True, exist_ok=True)
(PROFILE / "ipython_kernel_config.py").write_text(
    'get_config().IPKernelApp.log_level = "ERROR"\n'
    'get_config().InteractiveShell.xmode = "Minimal"\n',
    encoding="utf-8",
)
os.environ["IPYTHONDIR"] = str(PROFILE.parent)

nb_execution_mode = "cache"  # the docs session drops it in time
nb_execution_cache_path = str(HERE / "_build" / "jupyter_cache")
nb_execution_raise_on_error = True
nb_execution_timeout = 3600  # for an endless loop; a machine may be busy
nb_merge_streams = True
nb_code_prompt_show = nb_code_prompt_hide = ""  # see folded.py
nb_output_stderr = "remove"  # what renderers and kernels mutter
myst_enable_extensions = [
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "fieldlist",
    "smartquotes",
]
myst_heading_anchors = 3
myst_update_mathjax = False
copybutton_exclude = ".linenos, .gp, .go"
copybutton_copy_empty_lines = False

# --- Formulas, typeset while building ---

html_math_renderer = "formulas"

# --- Looks ---

html_theme = "pydata_sphinx_theme"
html_title = "micrograd"
# Where it will be read: the host may say so, else as about.py has it.
html_baseurl = (
    os.environ.get("READTHEDOCS_CANONICAL_URL")
    or os.environ.get("DOCS_URL")
    or about.DOCS
)
html_static_path = ["_static"]
html_css_files = ["micrograd.css"]
html_js_files = [("micrograd.js", {"defer": "defer"})]
html_favicon = "_static/favicon.svg"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_sidebars = {
    page: []
    for page in (
        "index",
        "playground",
        "gpt",
        "sandbox",
        "changelog",
        "contributing",
        "installation",
    )
}
html_context = {
    "default_mode": "",  # see _templates/layout.html
    "github_url": REPOSITORY.rsplit("/", 2)[0],
    "github_user": REPOSITORY.rsplit("/", 2)[1],
    "github_repo": REPOSITORY.rsplit("/", 2)[2],
    "github_version": "main",
    "doc_path": "docs",
    "repository": REPOSITORY,
}
PAGE_TOOLS = ["page-toc", "edit-this-page"]
html_theme_options = {
    "navbar_start": ["logo"],
    "navbar_align": "left",
    "navbar_end": ["versions", "theme-switcher", "navbar-icon-links"],
    "icon_links": [
        {
            "name": "Repository",
            "url": REPOSITORY,
            "icon": "fa-brands fa-github",
        }
    ],
    "header_links_before_dropdown": 8,
    "use_edit_page_button": True,
    "show_nav_level": 1,
    "collapse_navigation": True,  # else five hundred names on each page
    "show_toc_level": 2,
    "back_to_top_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "footer_start": ["copyright"],
    "footer_end": ["licence"],
    # One pattern for each page: the theme warns if two of them fit.
    "secondary_sidebar_items": {
        "index": [],
        "playground": [],
        "gpt": [],
        "sandbox": [],
        "gallery/index": [],  # its cards need the room
        "source/**": [],  # so does code beside prose
        "gallery/*/index": ["page-toc"],
        "gallery/*/plot_*": [
            "page-toc",
            "sg_download_links",
            "edit-this-page",
        ],
        **{
            f"{folder}/**": PAGE_TOOLS
            for folder in (
                "decisions",
                "exercises",
                "explanation",
                "how-to",
                "reference",
                "tutorials",
            )
        },
        "changelog": PAGE_TOOLS,
        "contributing": PAGE_TOOLS,
        "installation": PAGE_TOOLS,
    },
}

# --- How the site is found ---

html_search_scorer = str(found_by.SEARCH)

# Cards for links shared elsewhere: a picture with the title of the page.
ogp_site_url = html_baseurl
ogp_social_cards = {
    "image": "_static/card.png",
    "image_mini": "_static/card-empty.png",  # else a picture of Sphinx's
    "line_color": "#00609a",
}
# For search engines; a build of one version has no other languages.
sitemap_url_scheme = "{link}"
sitemap_excludes = ["404.html", "search.html", "genindex.html"]
# Served where nothing is, at any depth, so its links start at the root.
notfound_urls_prefix = urlsplit(html_baseurl).path
# Addresses that people try, or that once were.
redirects = {
    "api": "reference/index.html",
    "examples": "gallery/index.html",
    "explanation/related-projects": "a-short-history.html",
    "explanation/the-chain-rule-on-a-graph": "why-a-topological-order.html",
    "explanation/why-scalars-first": (
        "from-scalars-to-matrices.html#why-scalars-first"
    ),
    "faq": "explanation/where-people-get-stuck.html",
    "how-to/build-the-docs-and-run-the-checks": "../contributing.html",
    "install": "installation.html",
    "tutorial": "tutorials/index.html",
}

# --- Links to other sites, followed only by the linkcheck session ---

linkcheck_timeout = 20
linkcheck_workers = 4
