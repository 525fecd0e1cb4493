"""The checker over labelled answers: what is planted is found, and what is true is left alone."""

import pytest


@pytest.mark.parametrize("name", ["sentences.txt", "held_out.txt"])
async def test_planted_errors_are_found_and_true_facts_are_not_doubted(network, name):
    score = await network.score(name)
    print(
        f"{name}: {score.caught} of {score.planted} planted errors, {score.false_alarms} false alarms in {score.facts} facts"
    )
    print("\n".join(score.failed))
    assert score.recall >= 0.98
    assert score.alarm_rate <= 0.01
