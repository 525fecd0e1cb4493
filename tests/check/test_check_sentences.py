"""The checker over labelled answers: what is planted is found, and what is true is left alone."""

import pytest

# The first was written with the checker, the second before it was tuned to the first, the third when it was done. Those
# behind hold whole answers as models write them; each says what the checker made of it before it was mended for it, and
# how much of what is planted in it has to be found since.
SETS = {"sentences.txt": 0.98, "held_out.txt": 0.98, "third.txt": 0.98, "fourth.txt": 0.85, "fifth.txt": 0.89}


@pytest.mark.parametrize("name", SETS)
async def test_planted_errors_are_found_and_true_facts_are_not_doubted(network, name):
    score = await network.score(name)
    said = f"{score.caught} of {score.planted} planted errors, {score.false_alarms} false alarms in {score.facts} facts"
    print("\n".join([f"{name}: {said}", *score.failed]))
    assert score.recall >= SETS[name]
    assert score.false_alarms <= max(1, 0.01 * score.facts)
