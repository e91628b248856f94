"""codes [--format csv]"""

import io
from itertools import groupby

from cnc_survey.commands import HouseCommand
from cnc_survey.tables import write_csv
from interviews.exports.codebook import CodeLabel, list_codes


class Command(HouseCommand):
    help = "Donne tous les codes du catalogue et du questionnaire avec leur libellé."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=["table", "csv"], default="table", help="présentation")

    def handle(self, *, format, **options):
        codes = list_codes()
        if format == "csv":
            table = io.StringIO(newline="")
            write_csv(table, CodeLabel._fields, codes)
            self.stdout.write(table.getvalue(), ending="")
            return
        for kind, entries in groupby(codes, key=lambda entry: entry.kind):
            entries = list(entries)
            width = max(len(entry.code) for entry in entries)
            self.stdout.write(f"\n{kind}")
            for entry in entries:
                self.stdout.write(f"  {entry.code:<{width}}  {entry.label}")
