"""The catalogue as a workbook: every use case with the facts of its sheet and its ratings, edition by edition."""

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook

from .comparison import CATALOGUE_ORDER
from .models import Dimension, Edition, GlossaryTerm, Rating, SheetSection, Source, UseCase
from .wording import FICTIONAL_BANNER, NOT_PROVIDED, level_label

PROPOSED = " (proposé)"
SHEET_PARTS = [
    "stage_links__stage__chain",
    "occupation_links__occupation",
    "benefit_links__benefit",
    "sections",
    "tools",
]


def write_catalogue(target) -> None:
    """Write the catalogue of today to a path or a binary stream; the same catalogue gives the same bytes."""
    editions = list(Edition.objects.shown())
    cases = list(
        UseCase.objects.select_related("family").prefetch_related(*SHEET_PARTS).order_by("-status", *CATALOGUE_ORDER)
    )
    retained = [case for case in cases if case.is_retained]
    is_fictional = any(edition.is_fictional for edition in editions)
    write_workbook(
        target,
        [
            _readme(retained, editions),
            _use_cases(cases),
            _ratings(retained, editions),
            _sections(cases),
            _stages(retained),
            _links("Métiers", "Métier", retained, "occupation"),
            _links("Intérêts", "Intérêt", retained, "benefit"),
            _glossary(),
        ],
        title="Catalogue des cas d’usage de l’IA",
        subject="Cinéma, audiovisuel et jeu vidéo",
        banner=FICTIONAL_BANNER if is_fictional else "",
    )


def _readme(retained, editions):
    return Notice(
        title="Lisez-moi",
        heading="Catalogue des cas d’usage de l’IA",
        intro=("Ce que l’étude du CNC et de BearingPoint a recensé en mars 2024, et ce qui l’a mis à jour depuis.",),
        sections=[
            (
                "Contenu",
                [
                    ("Cas d’usage retenus", len(retained)),
                    ("Fiches rédigées", sum(bool(case.sections.all()) for case in retained)),
                    *((f"Édition {edition.number}", edition.title) for edition in editions),
                ],
            ),
            (
                "Lire",
                [
                    (
                        "Niveaux",
                        "De un à trois points, dans les mots de l’édition. Un niveau absent n’est jamais zéro.",
                    ),
                    ("Proposé", "Donné par l’équipe de l’observatoire : l’extrait public de l’étude n’en dit rien."),
                ],
            ),
        ],
    )


def _use_cases(cases):
    columns = [
        Column("Cas d’usage", 48),
        Column("Famille", 34),
        Column("En une phrase", 60),
        Column("Filières", 24),
        Column("Étapes", 40),
        Column("Métiers", 40),
        Column("Intérêts", 36),
        Column("Outils cités", 30),
        Column("Statut", 14),
        Column("Source du statut", 40),
        Column("Code", 40),
    ]
    rows = [
        (
            case.name,
            case.family.name,
            _marked(case.summary, case.summary_source == Source.PROPOSED),
            " ; ".join(dict.fromkeys(link.stage.chain.name for link in case.stage_links.all())),
            _list(case.stage_links.all(), "stage"),
            _list(case.occupation_links.all(), "occupation"),
            _list(case.benefit_links.all(), "benefit"),
            " ; ".join(tool.name for tool in case.tools.all()),
            case.get_status_display(),
            case.status_source,
            case.code,
        )
        for case in cases
    ]
    return Sheet("Cas d’usage", columns, rows, "Cas d’usage")


def _marked(text, is_proposed):
    return f"{text}{PROPOSED}" if text and is_proposed else text


def _list(links, name):
    return " ; ".join(_marked(getattr(link, name).name, link.proposed) for link in links)


def _ratings(retained, editions):
    known = {
        (rating.edition_id, rating.use_case_id, rating.dimension): rating
        for rating in Rating.objects.filter(edition__in=editions)
    }
    columns = [Column("Cas d’usage", 48)]
    for edition in editions:
        columns += [Column(dimension.label, 16, "dots", group=edition.title) for dimension in Dimension]
        columns += [Column(f"{dimension.label}, en mots", 30, group=edition.title) for dimension in Dimension]
    rows = []
    for case in retained:
        row = [case.name]
        for edition in editions:
            found = [known.get((edition.pk, case.pk, dimension)) for dimension in Dimension]
            row += [rating.level if rating else None for rating in found]
            row += [_wording(rating) for rating in found]
        rows.append(row)
    return Sheet("Notes", columns, rows, "Notes, édition par édition")


def _wording(rating):
    if rating is None or (rating.level is None and not rating.label):
        return NOT_PROVIDED
    return rating.label or level_label(rating.dimension, rating.level)


def _sections(cases):
    columns = [Column("Cas d’usage", 44), Column("Rubrique", 28), Column("Texte", 110)]
    labels = dict(SheetSection.Kind.choices)
    rows = [(case.name, labels[section.kind], section.body) for case in cases for section in case.sections.all()]
    return Sheet("Fiches", columns, rows, "Fiches, rubrique par rubrique")


def _stages(retained):
    """One row per link: what a pivot table needs to count."""
    columns = [*_LINKED, Column("Filière", 26), Column("Étape", 44), Column("Source", 12)]
    rows = [
        (case.name, case.family.name, link.stage.chain.name, link.stage.name, _source(link))
        for case in retained
        for link in case.stage_links.all()
    ]
    return Sheet("Étapes", columns, rows, "Étapes")


def _links(title, header, retained, name):
    columns = [*_LINKED, Column(header, 44), Column("Source", 12)]
    rows = [
        (case.name, case.family.name, getattr(link, name).name, _source(link))
        for case in retained
        for link in getattr(case, f"{name}_links").all()
    ]
    return Sheet(title, columns, rows, title)


_LINKED = [Column("Cas d’usage", 48), Column("Famille", 34)]


def _source(link):
    return "proposé" if link.proposed else "étude"


def _glossary():
    columns = [Column("Terme", 34), Column("Autres formes", 34), Column("Définition", 100)]
    rows = [(term.name, term.aliases, term.definition) for term in GlossaryTerm.objects.all()]
    return Sheet("Glossaire", columns, rows, "Glossaire")
