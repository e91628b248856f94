"""import_responses SLUG FILE [--create-missing]"""

import sys
from pathlib import Path

from cnc_survey.commands import HouseCommand
from cnc_survey.terminal import progress_bar
from interviews.campaigns import CampaignError, find_campaign
from interviews.collection.batch import ClosedCampaignError
from interviews.collection.microdata import import_responses
from interviews.collection.microdata_file import MicrodataError


class Command(HouseCommand):
    help = "Importe des microdonnées (.xlsx, ou dossier de CSV) dans une campagne : tout, ou rien."
    refusals = (CampaignError, ClosedCampaignError, MicrodataError)

    def add_arguments(self, parser):
        parser.add_argument("slug", help="adresse de la campagne")
        parser.add_argument("file", type=Path, help="classeur .xlsx, ou dossier des trois fichiers CSV")
        parser.add_argument("--create-missing", action="store_true", help="ajoute les métiers et secteurs inconnus")

    def handle(self, *, slug, file, create_missing, **options):
        campaign = find_campaign(slug)
        with progress_bar(sys.stderr, "lignes") as progress:
            report = import_responses(campaign, file, create_missing, progress)
        self.stdout.write(
            f"{report.responses} réponses importées, {report.use_case_answers} lignes sur les cas d’usage, "
            f"{report.answers} réponses aux questions générales."
        )
        for what, codes in (
            ("Secteurs ajoutés", report.new_sectors),
            ("Métiers ajoutés", report.new_occupations),
            ("Outils ajoutés", report.new_tools),
        ):
            if codes:
                self.stdout.write(f"{what} : {', '.join(codes)}.")
