"""Options of a command line, made from the annotated parameters of a function."""

import argparse
import inspect
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin


def add_option(parser: argparse.ArgumentParser, parameter: inspect.Parameter) -> None:
    """Add ``--its-name`` for a keyword of a function; it is required unless it has a default."""
    parser.add_argument(
        f"--{parameter.name.replace('_', '-')}",
        required=parameter.default is parameter.empty,
        default=None if parameter.default is parameter.empty else parameter.default,
        **option_type(parameter.annotation),
    )


def option_type(annotation: Any) -> dict[str, Any]:
    """What argparse must know of a parameter.

    Scalars as they are, ``list[T]`` as several values of T, ``Literal`` as a choice, ``bool`` as
    ``--name`` and ``--no-name``; ``T | None`` as T.
    """
    if annotation is bool:
        return {"action": argparse.BooleanOptionalAction}
    if get_origin(annotation) is UnionType:
        (kind,) = [kind for kind in get_args(annotation) if kind is not NoneType]
        return option_type(kind)
    if get_origin(annotation) is Literal:
        return {"choices": get_args(annotation)}
    if get_origin(annotation) is list:
        return option_type(get_args(annotation)[0]) | {"nargs": "+"}
    return {"type": annotation}
