"""ratings SLUG [--format table|csv|json]"""

import csv
import json

from cnc_survey.commands import HouseCommand
from interviews.campaigns import CampaignError, find_campaign
from interviews.exports.ratings_table import COLUMNS, ratings_rows

NOTICE = "Vue interne : chiffres non masqués, à ne pas diffuser."


class Command(HouseCommand):
    help = "Donne les évaluations d’une campagne close, sans masque : réservé à l’équipe."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--format", choices=WRITERS, default="table")

    def handle(self, *, slug, format, **options):
        rows = ratings_rows(find_campaign(slug))
        self.stderr.write(NOTICE)
        WRITERS[format](rows, self.stdout)


def write_table(rows, out):
    lines = [COLUMNS, *([_short(row[name]) for name in COLUMNS] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(COLUMNS))]
    for line in lines:
        out.write("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def write_csv(rows, out):
    # The console adds the end of line that csv would write.
    writer = csv.DictWriter(out, COLUMNS, lineterminator="")
    writer.writeheader()
    writer.writerows(rows)


def write_json(rows, out):
    out.write(json.dumps(rows, ensure_ascii=False, indent=2))


def _short(value):
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json}
