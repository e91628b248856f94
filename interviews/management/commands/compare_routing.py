"""compare_routing [--respondents N] [--seeds K] [--limit L …]"""

from cnc_survey.commands import HouseCommand, positive
from interviews.collection.routing import OFFERED, Candidate
from interviews.collection.simulation.routing_comparison import (
    HYPOTHESES,
    RESPONDENTS,
    Catalogue,
    compare_orders,
)
from usecases.data_files import read_data_files
from usecases.models import UseCase

COLUMNS = (
    "hypothèse",
    "offerts",
    "graine",
    "ordre",
    "plus petite base",
    "médiane",
    "plus grande",
    "bases < 10",
    "du métier",
    "dans la base",
)


class Command(HouseCommand):
    help = "Compare le routage à un ordre fixe et au hasard, sur le catalogue du projet et des répondants fictifs."

    def add_arguments(self, parser):
        parser.add_argument(
            "--respondents", type=positive, default=RESPONDENTS, metavar="N", help="nombre de répondants"
        )
        parser.add_argument("--seeds", type=positive, default=5, metavar="K", help="graines 1 à K")
        parser.add_argument(
            "--limit", type=positive, nargs="+", default=[OFFERED], metavar="L", help="cas d’usage proposés à chacun"
        )

    def handle(self, *, respondents, seeds, limit, **options):
        catalogue = packaged_catalogue()
        rows = [
            (hypothesis, str(offered), str(seed), name, *_figures(outcome))
            for hypothesis in HYPOTHESES
            for offered in limit
            for seed in range(1, seeds + 1)
            for name, outcome in compare_orders(catalogue, hypothesis, seed, respondents, offered).items()
        ]
        self.stdout.write(f"{respondents} répondants, {len(catalogue.candidates)} cas d’usage")
        for line in (COLUMNS, tuple("---" for _ in COLUMNS), *rows):
            self.stdout.write(f"| {' | '.join(line)} |")


def packaged_catalogue() -> Catalogue:
    """Return the catalogue of the project's data files, without a database: the same figures on every machine."""
    entries = read_data_files().entries
    chain_of_stage = {entry.key: entry.values["chain"] for entry in entries["stages"]}
    candidates = []
    for entry in entries["use_cases"]:
        if entry.values["status"] == UseCase.Status.RETAINED:
            stages = frozenset(code for code, _ in entry.values["stages"])
            candidates.append(
                Candidate(
                    code=entry.key,
                    family=entry.values["family"],
                    occupations=frozenset(code for code, _ in entry.values["occupations"]),
                    stages=stages,
                    chains=frozenset(chain_of_stage[code] for code in stages),
                )
            )
    return Catalogue(
        candidates=candidates,
        occupations=[entry.key for entry in entries["occupations"]],
        sectors=[entry.key for entry in entries["sectors"]],
        chains={entry.key: entry.values["chain"] for entry in entries["sectors"]},
    )


def _figures(outcome):
    counts = (outcome.smallest, outcome.median, outcome.largest, outcome.too_short)
    shares = (outcome.own_trade, outcome.in_base)
    return (*(str(count) for count in counts), *(f"{100 * share:.0f}\u00a0%" for share in shares))
