"""The order of scripts in a group of the gallery: by level, then by name.

The level is the first tag of a script, which its test checks.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

LEVELS = ["beginner", "intermediate", "advanced"]
TAGS = re.compile(r"(?m)^# sphinx_gallery_tags = (\[.+\])$")


class ByLevel:
    """What sphinx-gallery sorts the files of a folder by."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def __repr__(self) -> str:  # part of the settings Sphinx compares
        return "ByLevel"

    def __call__(self, name: str) -> tuple[int, str]:
        """Give the rank of the level, and the name."""
        text = (self.folder / name).read_text(encoding="utf-8")
        found = TAGS.search(text)
        tags = ast.literal_eval(found[1]) if found else []
        rank = LEVELS.index(tags[0]) if tags else len(LEVELS)
        return rank, name
