"""The question of a page, wherever its paragraph breaks."""

from site_lib.site.questions import question_of


def test_a_question_may_take_two_lines_and_a_slide_before_it():
    assert question_of("# T\n\n{{ slides() }} Is it\nso?\n{ .question }\n\nYes.") == "Is it so?"
    assert question_of("# T\n\nIs it so?\n\nYes.") is None
