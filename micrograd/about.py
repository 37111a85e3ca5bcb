"""Which package this is: its version, its name for pip, its addresses.

Every error, every page and the site's build read them here, so that a new
name or a new host is one change.  ``pyproject.toml`` repeats the name and
the addresses, as its format demands, and a test compares them.

Leaves out: what is installed.  ``python -m micrograd`` tells that.
"""

__all__ = [
    "__version__",
    "DISTRIBUTION",
    "DOCS",
    "SOURCE",
    "WHEEL",
    "INSTALL",
    "TYPE_CHECKING",
]

__version__ = "0.3.0.dev0"
DISTRIBUTION = "micrograd-literate"
DOCS = "https://micrograd.readthedocs.io/en/latest/"
SOURCE = "https://github.com/micrograd/micrograd"

# Where every copy of the site serves the package, from the site's root.
WHEEL = "wheels/{}-{}-py3-none-any.whl".format(
    DISTRIBUTION.replace("-", "_"), __version__
)
# pip finds the name installed, from wherever, and adds the extra's packages.
INSTALL = f'pip install "{DISTRIBUTION}[{{}}]"'

# As typing.TYPE_CHECKING; to import that takes longer than the whole engine.
TYPE_CHECKING = False
