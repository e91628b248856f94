"""tabulate SLUG --item CODE [--by VARIABLE] [--base asked|all] [--mode web|interview] [--format …] [--staff]"""

import io
import json
from decimal import Decimal
from itertools import groupby

from cnc_survey.commands import HouseCommand
from cnc_survey.tables import write_csv as write_guarded
from interviews.campaigns import CampaignError, find_campaign
from interviews.exports.tabulation_table import COLUMNS, answer_labels, category_labels, find_item, tabulate
from interviews.results.segments import LISTS, SEVERAL_TRADES
from interviews.results.tabulation import BASES, VARIABLES

NOTICE = "Vue interne : chiffres non masqués, à ne pas diffuser."
FICTIONAL = "Données fictives : réponses simulées."
MODES = {"web": "questionnaire", "interview": "interview"}


class Command(HouseCommand):
    help = "Compte les réponses à une question générale, au total et selon une variable de profil."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("--item", required=True, metavar="CODE", help="code de la question (voir « codes »)")
        parser.add_argument("--by", default="", metavar="VARIABLE", help=f"variable : {', '.join(VARIABLES)}")
        parser.add_argument("--base", choices=BASES, default="asked", help="asked : qui a répondu ; all : tous")
        parser.add_argument("--mode", choices=MODES, default="web", help="web : questionnaires, classeurs compris")
        parser.add_argument("--format", choices=WRITERS, default="table")
        parser.add_argument("--staff", action="store_true", help="sans masque, même avant la clôture")

    def handle(self, *, slug, item, by, base, mode, format, staff, **options):
        campaign = find_campaign(slug)
        rows = tabulate(campaign, item, by, base, MODES[mode], staff)
        for notice, holds in ((NOTICE, staff), (FICTIONAL, campaign.is_fictional)):
            if holds:
                self.stderr.write(notice)
        self.stdout.write(WRITERS[format](campaign, rows), ending="")


def write_table(campaign, rows):
    answers, categories = answer_labels(find_item(campaign, rows[0]["item"])), category_labels(rows[-1]["by"])
    lines = [f"{campaign} · {rows[0]['item']}", f"Base : {rows[0]['base_label']}."]
    width = max(len(answers.get(row["answer"], row["answer"])) for row in rows)
    for (by, category), group in groupby(rows, key=lambda row: (row["by"], row["category"])):
        group = list(group)
        base = next((row["base"] for row in group if row["base"] is not None), None)
        size = "" if base is None else f", base {base}"
        lines += ["", f"{categories.get(category, category) if by else 'Ensemble'}{size}"]
        for row in group:
            interval = "" if row["low"] is None else f"[{_french(row['low'])} ; {_french(row['high'])}]"
            label = answers.get(row["answer"], row["answer"])
            figures = f"{_french(row['n']):>7}  {_percent(row['percent']):>8}  {interval:<15} {row['mark']}"
            lines.append(f"  {label:<{width}}  {figures}".rstrip())
    if rows[-1]["by"] in LISTS:
        lines += ["", SEVERAL_TRADES]
    return "\n".join(lines) + "\n"


def write_csv(campaign, rows):
    table = io.StringIO(newline="")
    write_guarded(table, COLUMNS, ([row[name] for name in COLUMNS] for row in rows))
    return table.getvalue()


def write_json(campaign, rows):
    plain = [
        {name: float(row[name]) if isinstance(row[name], Decimal) else row[name] for name in COLUMNS} for row in rows
    ]
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def _percent(percent):
    return "" if percent is None else f"{_french(percent)} %"


def _french(number):
    return "" if number is None else str(number).replace(".", ",")


WRITERS = {"table": write_table, "csv": write_csv, "json": write_json}
