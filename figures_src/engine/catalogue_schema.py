"""What may stand in the catalogue: for each kind of table its keys, and what their values must be.

Checked before anything is built, and before anything is made of the values.
"""

import re
import reprlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from site_lib.common.errors import CourseError, unknown_name

LONGEST_NAME = 80
LONGEST_PATH = 200
LARGEST = sys.float_info.max  # NaN is not below it either
NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
NAME_IN_WORDS = (
    "words of small letters and digits, joined by hyphens, such as sparsity-by-depth, and no "
    f"longer than {LONGEST_NAME} characters"
)
# Neither absolute, nor hidden, nor through a parent folder.
PATH = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
OPTION = re.compile(r"[A-Z]+")
PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
# Options that every experiment and every drawing has already.
TAKEN_PARAMETERS = {"help", "output", "profile", "device", "result", "id", "format"}


@dataclass(frozen=True)
class Kind:
    """What a value must be: in words, and as a test."""

    words: str
    accepts: Callable[[Any], bool]


def is_name(value: Any) -> bool:
    """Whether this can be the id of a figure or the name of an experiment."""
    return isinstance(value, str) and len(value) <= LONGEST_NAME and bool(NAME.fullmatch(value))


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and abs(value) <= LARGEST


def _is_positive(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_path(value: Any) -> bool:
    return _is_text(value) and len(value) <= LONGEST_PATH and bool(PATH.fullmatch(value))


def _is_script(value: Any) -> bool:
    return _is_path(value) and value.startswith("figures_src/") and value.endswith(".py")


def _is_result(value: Any) -> bool:
    built = ("results/", "docs/")
    return _is_path(value) and value.endswith(".npz") and not value.startswith(built)


def _is_published_name(value: Any) -> bool:
    return _is_text(value) and _is_path(value.replace("{id}", "id"))


def _is_question(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) != 1:
        return False
    ((option, parameter),) = value.items()
    return bool(OPTION.fullmatch(option)) and _is_parameter_name(parameter)


def _is_parameter_name(value: Any) -> bool:
    return _is_text(value) and bool(PARAMETER.fullmatch(value)) and value not in TAKEN_PARAMETERS


def _is_list(accepts: Callable[[Any], bool], *, empty: bool = True) -> Callable[[Any], bool]:
    """A test for lists of values that pass a test."""

    def test(value: Any) -> bool:
        return isinstance(value, list) and (empty or value != []) and all(map(accepts, value))

    return test


def _any_of(*tests: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(test(value) for test in tests)


TABLE = Kind("a table", lambda value: isinstance(value, dict))
TEXT = Kind("text in quotes", _is_text)
NAMES = Kind("a list of names", _is_list(_is_text))
SCRIPT = Kind('the path of a script, "figures_src/….py"', _is_script)
# Parameters travel on a command line.
VALUE = Kind(
    "a finite number, a word, true or false, or a list of numbers or of words",
    _any_of(
        lambda value: isinstance(value, bool),
        _is_number,
        _is_text,
        _is_list(_is_number, empty=False),
        _is_list(_is_text, empty=False),
    ),
)
PARAMETER_NAME = Kind(
    f"a word of small letters, digits and _, and none of {', '.join(sorted(TAKEN_PARAMETERS))}",
    _is_parameter_name,
)
CATALOGUE = {"experiments": TABLE, "figures": TABLE}
EXPERIMENT = {
    "script": SCRIPT,
    "parameters": TABLE,
    "draft": TABLE,
    "full": TABLE,
    "committed": Kind("the path of an .npz file outside results/ and docs/", _is_result),
    "each": TEXT,
    "ask": Kind('one option and its parameter, { CLASS = "class_name" }', _is_question),
    "cost": TABLE,
    "reads": Kind("a list of paths inside the project", _is_list(_is_path)),
}
COST = {
    "units": Kind("a positive number, or a list of them", _any_of(_is_positive, _is_list(
        _is_positive))),
    "seconds_per_unit": Kind("a positive number", _is_positive),
}  # fmt: skip
FIGURE = {
    "script": SCRIPT,
    "experiments": NAMES,
    "format": TEXT,
    "files": Kind("a list of paths below docs/figures", _is_list(_is_published_name)),
    "parameters": TABLE,
}


def check_table(
    where: str, table: Any, keys: Mapping[str, Kind], required: tuple[str, ...] = ()
) -> None:
    """Check a table of the catalogue; CourseError with the table and the key that is wrong.

    where: the table in words, such as ``figure 'one'``.
    """
    check_value(where, table, TABLE)
    for key, value in table.items():
        if key not in keys:
            raise unknown_name(f"key of {where} in the catalogue", key, keys)
        check_value(f"`{key}` of {where}", value, keys[key])
    for key in required:
        if key not in table:
            raise CourseError(f"{where} in the catalogue has no `{key}`")


def check_parameters(where: str, parameters: Mapping[str, Any]) -> None:
    """Check names and values of the parameters of an experiment or a figure."""
    for name, value in parameters.items():
        check_value(f"the name of parameter {name!r} of {where}", name, PARAMETER_NAME)
        check_value(f"parameter {name!r} of {where}", value, VALUE)


def check_name(where: str, name: str) -> None:
    """Names become file names, and those of single runs lie in folders below them."""
    if not is_name(name):
        raise CourseError(f"{where} in the catalogue: a name is {NAME_IN_WORDS}")


def check_value(what: str, value: Any, kind: Kind) -> None:
    """Check one value; CourseError that says what it is and what it must be."""
    if not kind.accepts(value):
        shown = reprlib.repr(value)
        raise CourseError(f"{what} in the catalogue is {shown}; it must be {kind.words}")
