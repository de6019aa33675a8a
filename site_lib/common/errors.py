"""One kind of error for everything that a person can put right."""

import difflib
from collections.abc import Iterable


class CourseError(Exception):
    """A mistake or a missing resource that the reader of the message can fix.

    Command lines print it on one line, without a traceback, and exit with status 1.
    """


def unknown_name(kind: str, name: str, known: Iterable[str]) -> CourseError:
    """Error for a name that is not in a registry; it lists the nearest known names."""
    names = list(known)
    lowered = {candidate.lower(): candidate for candidate in names}
    close = difflib.get_close_matches(str(name).lower(), lowered, n=5, cutoff=0.4)
    nearest = [lowered[match] for match in close] or sorted(names)[:8]
    return CourseError(f"unknown {kind} {name!r}; nearest: {', '.join(nearest)}")
