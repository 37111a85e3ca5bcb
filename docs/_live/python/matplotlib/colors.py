"""Maps of colours of one's own, under matplotlib's name for the module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib import marks

__all__ = ["LinearSegmentedColormap"]


class LinearSegmentedColormap:
    """A map that goes from one colour to the next.

    Attributes
    ----------
    stops : list of str
        The colours, each as ``#rrggbb`` or ``#rrggbbaa``.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self.stops = list(stops)

    @classmethod
    def from_list(
        cls, name: str, colors: Sequence[str], *args: Any, **look: Any
    ) -> LinearSegmentedColormap:
        """Make one from its colours, equally far apart.

        Examples
        --------
        >>> ink = LinearSegmentedColormap.from_list("", ["#000000", "#ffffff"])
        >>> ink.stops
        ['#000000', '#ffffff']
        """
        return cls(colors)


def __getattr__(name: str) -> Any:
    """Say what there is instead of what is not there."""
    raise marks.missing("colours", f"matplotlib.colors.{name}", name)
