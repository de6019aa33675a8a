"""Addresses within the built site, for what moves its pages to another place."""

from dataclasses import dataclass
from posixpath import normpath
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Target:
    """Where a link of a page leads: a path below the site (a page's ends with ``/`` or is empty
    for the home page) and what stands behind ``#``."""

    path: str
    anchor: str


def target_of(link: str, folder: str) -> Target | None:
    """Target of a link of the page whose address below the site is ``folder``.

    None for a link that leaves the site, such as ``https:``, ``mailto:`` or ``data:``.
    """
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path)
    if not path:
        return Target(folder, unquote(parts.fragment))
    joined = path.lstrip("/") if path.startswith("/") else folder + path
    found = normpath(joined)
    is_folder = path.endswith(("/", "/.", "/..")) or path in (".", "..")
    if found.rpartition("/")[2] == "index.html":
        found, is_folder = found.rpartition("/")[0] or ".", True
    if found == ".":
        return Target("", unquote(parts.fragment))
    return Target(f"{found}/" if is_folder else found, unquote(parts.fragment))
