"""What the networks of a comparison are called, in records too."""

from figures_src.relations_with_biology.members import (
    Member,
    damaged,
    in_training,
    untrained,
)


def test_members_say_what_they_are():
    assert Member("optimised", "efficientnet_lite0").name == "efficientnet_lite0"
    assert Member("partly", "plain", step=200).name == "plain, step 200"
    assert Member("random", "plain", seed=1).name == "plain, random 1"


def test_a_training_ends_without_a_step():
    assert [one.name for one in in_training("graft", "graft-5", [50, 200])] == [
        "graft-5, step 50", "graft-5, step 200", "graft-5"]  # fmt: skip


def test_seeds_of_untrained_networks_follow_each_other():
    assert [one.seed for one in untrained("plain", 3, seed=5)] == [5, 6, 7]


def test_every_lesion_in_every_amount_has_its_seeds():
    members = damaged("plain", ["late 1", "late 2", "noise 0.5"], 2, seed=4, num_layers=9)
    assert [one.name for one in members] == [
        "plain, late 1, 4", "plain, late 1, 5", "plain, late 2, 4", "plain, late 2, 5",
        "plain, noise 0.5, 4", "plain, noise 0.5, 5"]  # fmt: skip


def test_no_more_stages_are_forgotten_than_there_are():
    members = damaged("student", ["late 5", "late 6", "noise 6"], 1, seed=0, num_layers=6)
    assert [one.name for one in members] == ["student, late 5, 0", "student, noise 6, 0"]
