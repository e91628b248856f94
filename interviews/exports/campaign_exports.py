"""The files that the page of a campaign offers, and the jobs that make them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cnc_survey.jobs.kinds import JobKind
from cnc_survey.progress import Progress
from cnc_survey.workbook import WorkbookError
from interviews.campaigns import CampaignError, find_campaign
from interviews.models import Campaign
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.publication import WORKBOOK
from usecases.editions import publish_file

from .codebook_workbook import export_codebook
from .coded_segments import export_coded_segments
from .fieldwork_workbook import export_fieldwork
from .interviews_workbook import export_interviews, export_published_verbatims
from .iramuteq_corpus import export_iramuteq
from .microdata import export_microdata
from .microdata_spss import export_spss
from .refi_project import export_refi_project
from .results_workbook import export_results

REFUSALS = (CampaignError, WorkbookError)


def _about(text: str) -> Callable[[dict], str]:
    """Return what a job is called: its text, then the campaign's title."""
    return lambda parameters: f"{text.format(**parameters)} — {find_campaign(parameters['campaign'])}"


def _microdata(parameters: dict, folder: Path, progress: Progress) -> Path:
    path = folder / f"microdonnees-{parameters['campaign']}{SUFFIXES[parameters['format']]}"
    write = export_spss if parameters["format"] == "SPSS" else export_microdata
    write(find_campaign(parameters["campaign"]), path, progress)
    return path


def _fieldwork(parameters: dict, folder: Path, progress: Progress) -> Path:
    progress(0, None)
    path = folder / f"terrain-{parameters['campaign']}.xlsx"
    export_fieldwork(find_campaign(parameters["campaign"]), path, masked=parameters["masked"])
    return path


def _at_once(name: str, export: Callable[[Campaign, Path], object]) -> Callable:
    """Return the work of a job: `export` writes the file of this name, `{campaign}` being the campaign's slug."""

    def run(parameters, folder, progress):
        progress(0, None)
        path = folder / name.format(**parameters)
        export(find_campaign(parameters["campaign"]), path)
        return path

    return run


def _step_by_step(name: str, export: Callable[[Campaign, Path, Progress], object]) -> Callable:
    """The same, for an export that says how far it is."""

    def run(parameters, folder, progress):
        path = folder / name.format(**parameters)
        export(find_campaign(parameters["campaign"]), path, progress)
        return path

    return run


def _edition_workbook(parameters: dict, folder: Path, progress: Progress) -> None:
    progress(0, None)
    campaign, path = find_campaign(parameters["campaign"]), folder / WORKBOOK
    if campaign.edition is None:
        raise CampaignError(
            f"L’édition {parameters['edition']} est en cours de correction : son classeur ne sera fait que si la "
            "correction est abandonnée."
        )
    if campaign.edition.number != parameters["edition"]:
        raise CampaignError(
            f"L’édition {parameters['edition']} a été corrigée par l’édition {campaign.edition.number} : son "
            "classeur ne peut plus être fait."
        )
    export_results(campaign, path, PUBLIC)
    publish_file(campaign.edition, WORKBOOK, path.read_bytes())


SUFFIXES = {"Excel": ".xlsx", "CSV": ".zip", "SPSS": "-spss.zip"}
MICRODATA = JobKind(
    name="microdata",
    describe=_about("Microdonnées ({format})"),
    run=_microdata,
    unit="lignes",
    permission="interviews.view_answer",
    refusals=REFUSALS,
)
PUBLIC_RESULTS = JobKind(
    name="public_results",
    describe=_about("Classeur des résultats, version publique"),
    run=_at_once("resultats-{campaign}.xlsx", partial(export_results, audience=PUBLIC)),
    permission="interviews.view_assessment",
    refusals=REFUSALS,
)
STAFF_RESULTS = JobKind(
    name="staff_results",
    describe=_about("Classeur des résultats, version de travail"),
    run=_at_once("resultats-{campaign}-equipe.xlsx", partial(export_results, audience=STAFF)),
    permission="interviews.view_assessment",
    refusals=REFUSALS,
)
FIELDWORK = JobKind(
    name="fieldwork",
    describe=_about("Classeur de terrain"),
    run=_fieldwork,
    permission="interviews.view_campaign",
    refusals=REFUSALS,
)
CODEBOOK = JobKind(
    name="codebook",
    describe=_about("Dictionnaire"),
    run=_at_once("dictionnaire-{campaign}.xlsx", export_codebook),
    permission="interviews.view_campaign",
    refusals=REFUSALS,
)
EDITION_WORKBOOK = JobKind(
    name="edition_workbook",
    describe=_about("Classeur de l’édition {edition}"),
    run=_edition_workbook,
    refusals=REFUSALS,
)
INTERVIEWS = JobKind(
    name="interviews",
    describe=_about("Classeur des entretiens, version de travail"),
    run=_at_once("entretiens-{campaign}-equipe.xlsx", export_interviews),
    permission="interviews.review_interview",
    refusals=REFUSALS,
)
PUBLISHED_VERBATIMS = JobKind(
    name="published_verbatims",
    describe=_about("Verbatims publiés"),
    run=_at_once("verbatims-{campaign}.xlsx", export_published_verbatims),
    permission="interviews.review_interview",
    refusals=REFUSALS,
)
CODED_SEGMENTS = JobKind(
    name="coded_segments",
    describe=_about("Segments codés"),
    run=_at_once("segments-codes-{campaign}.csv", export_coded_segments),
    permission="interviews.review_interview",
    refusals=REFUSALS,
)
IRAMUTEQ = JobKind(
    name="iramuteq",
    describe=_about("Corpus IRaMuTeQ"),
    run=_step_by_step("corpus-{campaign}.txt", export_iramuteq),
    unit="entretiens",
    permission="interviews.review_interview",
    refusals=REFUSALS,
)
REFI_PROJECT = JobKind(
    name="refi_project",
    describe=_about("Projet REFI-QDA"),
    run=_step_by_step("entretiens-{campaign}.qdpx", export_refi_project),
    unit="entretiens",
    permission="interviews.review_interview",
    refusals=REFUSALS,
)
KINDS = [
    MICRODATA,
    PUBLIC_RESULTS,
    STAFF_RESULTS,
    FIELDWORK,
    CODEBOOK,
    INTERVIEWS,
    PUBLISHED_VERBATIMS,
    CODED_SEGMENTS,
    IRAMUTEQ,
    REFI_PROJECT,
    EDITION_WORKBOOK,
]


@dataclass(frozen=True)
class CampaignExport:
    """One file that the page of a campaign offers; `fixed` parameters go with the campaign's."""

    code: str
    title: str
    text: str
    kind: JobKind
    fixed: dict = field(default_factory=dict)
    when_closed: bool = False

    def parameters(self, campaign: Campaign, user) -> dict:
        """Return what the job needs to know."""
        given = {"campaign": campaign.slug, **self.fixed}
        if self.kind is FIELDWORK:
            # Whoever holds the personal links must not read a count of one beside a trade.
            given["masked"] = not user.has_perm("interviews.view_response")
        return given


CAMPAIGN_EXPORTS = [
    CampaignExport(
        code="resultats",
        title="Classeur des résultats, version publique",
        text="Les chiffres que tout le monde peut lire : ceux du secret statistique sont masqués.",
        kind=PUBLIC_RESULTS,
        when_closed=True,
    ),
    CampaignExport(
        code="resultats-equipe",
        title="Classeur des résultats, version de travail",
        text="Tous les chiffres, sans masque. À ne pas diffuser hors de l’équipe.",
        kind=STAFF_RESULTS,
        when_closed=True,
    ),
    CampaignExport(
        code="terrain",
        title="Classeur de terrain",
        text="La participation : par jour, par page, par profil, par partenaire. Rien de ce que les gens ont répondu.",
        kind=FIELDWORK,
    ),
    CampaignExport(
        code="microdonnees-xlsx",
        title="Microdonnées, Excel",
        text="Les réponses une à une, sous clé pseudonyme. Au-delà d’un million de lignes, prenez CSV.",
        kind=MICRODATA,
        fixed={"format": "Excel"},
    ),
    CampaignExport(
        code="microdonnees-csv",
        title="Microdonnées, CSV",
        text="Les mêmes tables, en trois fichiers CSV dans une archive .zip, sans limite de taille.",
        kind=MICRODATA,
        fixed={"format": "CSV"},
    ),
    CampaignExport(
        code="microdonnees-spss",
        title="Microdonnées, SPSS",
        text="Deux fichiers .sav, variables et valeurs libellées, pour SPSS, jamovi, PSPP ou R.",
        kind=MICRODATA,
        fixed={"format": "SPSS"},
    ),
    CampaignExport(
        code="dictionnaire",
        title="Dictionnaire",
        text="Les questions posées, et chaque code des fichiers avec son libellé.",
        kind=CODEBOOK,
    ),
    CampaignExport(
        code="entretiens",
        title="Classeur des entretiens, version de travail",
        text="Entretiens, notations, verbatims avec leurs mots exacts, codes. Aucun nom. À ne pas diffuser.",
        kind=INTERVIEWS,
    ),
    CampaignExport(
        code="verbatims",
        title="Verbatims publiés",
        text="Les seules citations relues et acceptées par les personnes, dans le désordre.",
        kind=PUBLISHED_VERBATIMS,
        when_closed=True,
    ),
    CampaignExport(
        code="segments",
        title="Segments codés, CSV",
        text="Une ligne par verbatim, une colonne par code, pour un logiciel d’analyse.",
        kind=CODED_SEGMENTS,
    ),
    CampaignExport(
        code="iramuteq",
        title="Corpus des entretiens, IRaMuTeQ",
        text="Le texte des entretiens approuvés, noms connus masqués, pour l’analyse lexicale. À ne pas diffuser.",
        kind=IRAMUTEQ,
    ),
    CampaignExport(
        code="refi",
        title="Projet d’analyse, REFI-QDA",
        text=(
            "Textes des entretiens approuvés, noms connus masqués, verbatims et livre de codes, pour NVivo, MAXQDA, "
            "ATLAS.ti ou QualCoder. À ne pas diffuser."
        ),
        kind=REFI_PROJECT,
    ),
]


def offered_exports(user) -> list[CampaignExport]:
    """Return the exports that this user may ask for."""
    return [export for export in CAMPAIGN_EXPORTS if user.has_perm(export.kind.permission)]
