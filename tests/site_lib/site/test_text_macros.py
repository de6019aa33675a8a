"""Sentences of claims: what of them is linked."""

import pytest

from site_lib.site.text_macros import around_result


@pytest.mark.parametrize(
    ("sentence", "result"),
    [
        ("27 of the 30 images excite their unit.", "27"),
        ("At ±8, 14 of 17 photographs fool a network.", "14 of 17"),
        ("It is 9 times as strong for EfficientNet-Lite0.", "9 times"),
        ("At blocks.12 they are 1.11 times as far apart.", "1.11 times"),
        ("It grows from 0.35&#42; to 25 % there.", "25 %"),
        ("Nobody knows.", "Nobody knows."),
    ],
)
def test_the_result_is_the_first_share_else_the_first_number(sentence: str, result: str) -> None:
    parts = around_result(sentence)
    assert parts[1] == result
    assert "".join(parts) == sentence
