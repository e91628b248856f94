"""The results workbook of a closed campaign: aggregated figures only, read from the frozen cube."""

from datetime import UTC
from pathlib import Path

from cnc_survey.workbook import write_workbook
from interviews.models import Campaign
from interviews.results.closing import require_closed
from interviews.results.disclosure import PUBLIC
from usecases.models import Dimension
from usecases.wording import FICTIONAL_BANNER

from ..readme_sheet import readme_sheet
from .answers import answer_sheets
from .changes import change_sheet
from .conversations import interview_sheet, verbatim_sheet
from .dictionary import dictionary_sheet
from .profiles import profile_sheet
from .ratings import rating_sheets, read_rows
from .segments import segment_sheets
from .shown import setting_of


def export_results(campaign: Campaign, target: Path, audience: str = PUBLIC) -> None:
    """Write the workbook to `target`, whole or not at all; the same campaign always gives the same bytes.

    For the public every figure is masked (METHOD.md §5); for staff all are shown, and a column says what the public
    does not see. Raises CampaignError when the campaign is not closed.
    """
    require_closed(campaign)
    setting = setting_of(campaign, audience)
    rows = read_rows(setting)
    sheets = [
        *rating_sheets(setting, rows),
        *answer_sheets(setting, rows[Dimension.ADOPTION]),
        profile_sheet(setting),
        *segment_sheets(setting),
        change_sheet(setting),
        interview_sheet(setting, rows),
        verbatim_sheet(setting),
        dictionary_sheet(setting),
    ]
    contents = [(sheet.title, sheet.heading) for sheet in sheets]
    write_workbook(
        target,
        [readme_sheet(campaign, setting.is_public, contents), *sheets],
        title=f"Résultats : {campaign.title}",
        subject="Usages de l’intelligence artificielle dans le cinéma, l’audiovisuel et le jeu vidéo",
        description=f"Instantané {campaign.snapshot.identifier}, méthode {campaign.snapshot.method_version}",
        keywords="intelligence artificielle, cinéma, audiovisuel, jeu vidéo, observatoire, CNC",
        created=campaign.closed_at.astimezone(UTC).replace(tzinfo=None),
        banner=FICTIONAL_BANNER if campaign.is_fictional else "",
    )
