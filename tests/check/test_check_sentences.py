"""The checker over labelled answers: what is planted is found, and what is true is left alone."""

import pytest

# The first was written with the checker, the second before it was tuned to the first, the third when it was done. Those
# behind hold whole answers as models write them; each says at its head what its first run was. Beside each: how much of
# what is planted has to be found, and how many of the facts may be doubted though they are true. The goal for all of
# them is 0.98 and 0.01.
SETS = [
    ("sentences.txt", 0.98, 0.01),
    ("held_out.txt", 0.98, 0.01),
    ("third.txt", 0.98, 0.01),
    ("fourth.txt", 0.89, 0.01),
    ("fifth.txt", 0.94, 0.01),
    ("sixth.txt", 0.98, 0.01),
    ("seventh.txt", 0.85, 0.01),
    ("eighth.txt", 0.61, 0.018),
    ("ninth.txt", 0.72, 0.02),
    ("tenth.txt", 0.9, 0.028),
    ("eleventh.txt", 0.97, 0.005),
    ("twelfth.txt", 0.9, 0.01),
]


@pytest.mark.parametrize(("name", "recall", "alarms"), SETS)
async def test_planted_errors_are_found_and_true_facts_are_not_doubted(network, name, recall, alarms):
    score = await network.score(name)
    said = f"{score.caught} of {score.planted} planted errors, {score.false_alarms} false alarms in {score.facts} facts"
    print("\n".join([f"{name}: {said}", *score.failed]))
    assert score.recall >= recall
    assert score.alarm_rate <= alarms
