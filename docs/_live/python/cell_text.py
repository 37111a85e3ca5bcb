"""What a notebook reads in a cell before Python does.

Lines that begin with ``%`` speak to IPython, and a semicolon at the end
keeps the last value from being shown.  Both are looked for among Python's
tokens, never in its text: a string may hold such a line, a sum may go on
with the operator ``%``, and a comment may end in a semicolon.

The site's builder reads cells with the same functions.

Leaves out: what such lines do.  They say where a notebook puts its figures,
or install packages; a page needs neither.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator

__all__ = ["ends_quietly", "shell_commands", "without_magic"]

# Tokens that stand between two statements, or are no part of any.
BETWEEN = {
    tokenize.COMMENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.INDENT,
    tokenize.NEWLINE,
    tokenize.NL,
}


def tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of a text, up to where it stops being Python."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(source).readline)
    except (SyntaxError, tokenize.TokenError):
        return


def ends_quietly(source: str) -> bool:
    """Tell whether the last statement ends with a semicolon.

    Parameters
    ----------
    source : str
        A cell.

    Returns
    -------
    bool
        Whether its last value is kept to itself.

    Examples
    --------
    >>> ends_quietly("1 + 1;"), ends_quietly("1 + 1  # so;")
    (True, False)
    """
    said = [one for one in tokens(source) if one.type not in BETWEEN]
    return bool(said) and said[-1].string == ";"


def without_magic(source: str) -> str:
    r"""Empty the lines that speak to IPython or to a shell.

    Parameters
    ----------
    source : str
        A cell.

    Returns
    -------
    str
        The same lines, those that begin a statement with ``%`` or ``!``
        being empty.

    Examples
    --------
    >>> without_magic("%matplotlib inline\nx = 7")
    '\nx = 7'
    >>> without_magic("x = (7\n% 4)")
    'x = (7\n% 4)'
    """
    lines = source.split("\n")
    # What follows such a line is read anew: it need not be Python itself.
    while (row := _first_magic("\n".join(lines))) is not None:
        lines[row] = ""
    return "\n".join(lines)


def shell_commands(source: str) -> list[str]:
    r"""The lines for a shell, but for those that install packages.

    Parameters
    ----------
    source : str
        A cell.

    Returns
    -------
    list of str
        The lines.

    Examples
    --------
    >>> shell_commands("%time\n!pip install x\n!wget y\nx = 7")
    ['!wget y']
    """
    lines, kept = source.split("\n"), without_magic(source).split("\n")
    gone = [a for a, b in zip(lines, kept, strict=True) if a != b]
    return [one for one in gone if one[0] == "!" and " install " not in one]


def _first_magic(source: str) -> int | None:
    begins = True
    for token in tokens(source):
        if token.type in BETWEEN:
            begins |= token.type == tokenize.NEWLINE
            continue
        if begins and token.start[1] == 0 and token.string in ("%", "!"):
            return token.start[0] - 1
        begins = False
    return None
