"""Options of a command line, made from the annotated parameters of a function."""

from typing import Any, Literal, get_args, get_origin


def option_type(annotation: Any) -> dict[str, Any]:
    """What argparse must know of a parameter.

    Scalars as they are, ``list[T]`` as several values, ``Literal`` as a choice.
    """
    if get_origin(annotation) is Literal:
        return {"choices": get_args(annotation)}
    if get_origin(annotation) is list:
        return {"type": get_args(annotation)[0], "nargs": "+"}
    return {"type": annotation}
