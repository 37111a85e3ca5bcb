"""How checks compare; it is put in front of every check.

So a check needs no other file, on a page, in a notebook, or pasted
anywhere.  Numbers agree if they are near each other, lists if their
elements do, everything else if it is equal.
"""


def near(given, expected, within):
    if isinstance(expected, (list, tuple)):
        return (
            isinstance(given, (list, tuple))
            and len(given) == len(expected)
            and all(near(g, e, within) for g, e in zip(given, expected))
        )
    if isinstance(expected, float) and isinstance(given, (int, float)):
        room = within * max(1.0, abs(expected))
        return given == expected or abs(given - expected) <= room
    return given == expected


def expect(what, given, expected, nudge, within=1e-9):
    message = f"{what}\n  expected: {expected}\n  given:    {given}\n{nudge}"
    assert near(given, expected, within), message
