"""Many answers about one use case, written in sight of the test as a list of (number of persons, what each says)."""

from tests.factories import make_response


def answer(campaign, use_case, *groups, **fields):
    """Give `use_case` (a code) these answers, one response each; `fields` are those of every response."""
    number = campaign.responses.count()
    for persons, given in groups:
        for _ in range(persons):
            number += 1
            make_response(campaign, f"r{number}", use_cases={use_case: given}, **fields)
