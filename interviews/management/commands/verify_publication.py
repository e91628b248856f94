"""verify_publication EDITION"""

from django.core.management.base import CommandError

from cnc_survey.commands import HouseCommand, positive
from interviews.campaigns import CampaignError
from interviews.results.verification import verify_edition
from usecases.models import Edition

LISTED = 40  # differences written out; the others are counted


class Command(HouseCommand):
    help = "Recalcule chaque chiffre publié d’une édition à partir des réponses conservées, et le compare."
    refusals = (CampaignError,)

    def add_arguments(self, parser):
        parser.add_argument("edition", type=positive, help="numéro de l’édition")

    def handle(self, *, edition, **options):
        found = Edition.objects.filter(number=edition).first()
        if found is None:
            known = ", ".join(str(number) for number in Edition.objects.values_list("number", flat=True))
            raise CommandError(f"Aucune édition n’a le numéro {edition}. Éditions : {known or 'aucune'}.")
        verification = verify_edition(found)
        if verification.differences:
            lines = verification.differences[:LISTED]
            left = len(verification.differences) - len(lines)
            raise CommandError(
                "\n".join(
                    [
                        f"« {found} » : {len(verification.differences)} différence(s).",
                        *(f"- {line}" for line in lines),
                        *([f"… et {left} autres."] if left else []),
                    ]
                )
            )
        self.stdout.write(
            f"« {found} » : tout concorde. Instantané {found.snapshot_id}, {verification.cells} cellules du cube, "
            f"{verification.ratings} notes, {verification.breakdowns} lignes par catégorie et "
            f"{verification.changes} évolutions recalculées."
        )
