"""Packages that tests make themselves: resource files of Qt and packages of Debian."""

import io
import struct
import tarfile
import zlib

Files = dict[str, bytes]
ZLIB, FOLDER = 1, 2


def resource_file(files: Files, *, version: int = 3, packed: bool = False) -> bytes:
    """A resource file of Qt as its own tool lays one out: header, contents, names, tree."""
    tree = _nested(files)
    contents, names, lines = bytearray(), bytearray(), []

    def name_place(name: str) -> int:
        place = len(names)
        names.extend(struct.pack(">HI", len(name), 0) + name.encode("utf-16-be"))
        return place

    # Line by line as Qt does: a folder's children lie side by side, behind it.
    waiting = [("", tree)]
    for name, value in waiting:
        place = name_place(name)
        if isinstance(value, dict):
            lines.append(struct.pack(">IHII", place, FOLDER, len(value), len(waiting)))
            waiting += value.items()
        else:
            body = struct.pack(">I", len(value)) + zlib.compress(value) if packed else value
            lines.append(struct.pack(">IHHHI", place, ZLIB * packed, 0, 1, len(contents)))
            contents.extend(struct.pack(">I", len(body)) + body)
    header = 20 + 4 * (version >= 3)
    times = b"" if version == 1 else bytes(8)
    tables = contents + names + b"".join(line + times for line in lines)
    at_names = header + len(contents)
    places = (version, at_names + len(names), header, at_names)
    return b"qres" + struct.pack(">4I", *places) + bytes(header - 20) + tables


def _nested(files: Files) -> dict:
    tree: dict = {}
    for path, content in files.items():
        *folders, name = path.split("/")
        folder = tree
        for each in folders:
            folder = folder.setdefault(each, {})
        folder[name] = content
    return tree


def debian_package(files: Files, *, compression: str = "xz") -> bytes:
    """A package of Debian; compression: of its files, as tarfile names it."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"./{path}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    parts = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", f"data.tar.{compression}": data}
    return ar_archive(
        {name: part if isinstance(part, bytes) else part.getvalue() for name, part in parts.items()}
    )


def ar_archive(parts: Files) -> bytes:
    """An archive as ``ar`` writes it."""
    archive = b"!<arch>\n"
    for name, content in parts.items():
        archive += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        archive += content + b"\n" * (len(content) % 2)
    return archive
