"""The checker over labelled answers: what is planted is found, and what is true is left alone."""

# The first was written with the checker, the second before it was tuned to the first, the third when it was done.
SETS = ("sentences.txt", "held_out.txt", "third.txt")


async def test_planted_errors_are_found_and_true_facts_are_not_doubted(network):
    scores = [await network.score(name) for name in SETS]
    for name, one in zip(SETS, scores, strict=True):
        said = f"{one.caught} of {one.planted} planted errors, {one.false_alarms} false alarms in {one.facts} facts"
        print("\n".join([f"{name}: {said}", *one.failed]))
    assert all(one.recall >= 0.98 for one in scores)
    assert sum(one.false_alarms for one in scores) <= 0.01 * sum(one.facts for one in scores)
