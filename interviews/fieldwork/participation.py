"""Who takes part, while the campaign runs: counts alone, never what anybody answered (METHOD.md §5.3).

Everything is counted by the database. Days are the finest time there is, which is all an anonymous campaign keeps.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone
from django.utils.text import capfirst

from interviews.analysis.constants import N_SHOW
from interviews.models import PROFILE_COLUMNS, Answer, Campaign, Invitation, Module, Response, UseCaseAnswer
from usecases.models import Family, Occupation, Sector

NOT_GIVEN = "Non renseigné"
SAMPLE = 2000  # responses looked at for what was left unanswered: enough to find the page, drawn by random keys
STEP = 1000  # of the number that orders the pages: room for the families inside one module


@dataclass(frozen=True)
class Totals:
    """Responses and links of a campaign, in numbers of them; `invited` counts the personal links still valid."""

    invited: int
    started: int
    submitted: int
    counted: int
    withdrawn: int
    excluded: int

    @property
    def completion(self) -> float | None:
        """Share of the questionnaires begun that were sent, from 0 to 1."""
        return self.submitted / self.started if self.started else None


@dataclass(frozen=True)
class Day:
    day: date
    started: int
    submitted: int


@dataclass(frozen=True)
class Unit:
    """One page in the order they come: how many went that far, and how many have gone no further."""

    title: str
    reached: int
    stopped: int


@dataclass(frozen=True)
class Unanswered:
    """The use cases of one family put in front of people who sent their answers, and those left without one."""

    family: str
    offered: int
    unanswered: int


@dataclass(frozen=True)
class Partner:
    name: str
    started: int
    submitted: int


@dataclass(frozen=True)
class Segment:
    """How many counted responses hold each category of one variable: [(label, responses)]; None where masked."""

    label: str
    rows: list[tuple[str, int | None]]
    adds_up: bool  # false where a person may hold several


@dataclass(frozen=True)
class Durations:
    """Active minutes of those who sent their answers online: the middle and the two quarters around it."""

    responses: int
    quarter: float
    median: float
    three_quarters: float


def count_totals(campaign: Campaign) -> Totals:
    """Return the totals of a campaign (two queries)."""
    states = campaign.responses.aggregate(
        started=Count("pk"),
        submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
        withdrawn=Count("pk", filter=Q(withdrawn_at__isnull=False)),
        excluded=Count("pk", filter=Q(excluded_at__isnull=False)),
        counted=Count("pk", filter=Q(submitted_at__isnull=False, excluded_at=None, withdrawn_at=None)),
    )
    personal = campaign.invitations.filter(channel=Invitation.Channel.PERSONAL, revoked_on=None)
    return Totals(invited=personal.count(), **states)


def count_days(campaign: Campaign) -> list[Day]:
    """Return one Day per day from the opening to the last day lived, in order (two queries)."""
    started = _by_day(campaign.responses.exclude(started_on=None), F("started_on"))
    submitted = _by_day(campaign.responses.exclude(submitted_at=None), TruncDate("submitted_at"))
    last = min(campaign.closes_on, timezone.localdate())
    first = min([campaign.opens_on, *started, *submitted])
    last = max([last, *started, *submitted])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Day(day, started.get(day, 0), submitted.get(day, 0)) for day in days]


def count_units(campaign: Campaign) -> list[Unit]:
    """Return the pages in order, each with who reached it and who stopped there (three queries).

    A page is reached when something was answered on it or after it; whoever sent the questionnaire went to the end.
    Not everybody has every page: one that was not drawn for a person is one they went past.
    """
    units = _units(campaign)
    stopped = dict.fromkeys(units, 0)
    unsent = campaign.responses.filter(submitted_at=None, withdrawn_at=None)
    furthest = unsent.annotate(furthest=_furthest(campaign)).order_by().values_list("furthest")
    for place, count in furthest.annotate(n=Count("pk")):
        stopped[max(unit for unit in units if unit <= place)] += count
    reached = campaign.responses.exclude(submitted_at=None).count() + sum(stopped.values())
    result = []
    for place, title in units.items():
        result.append(Unit(title, reached, stopped[place]))
        reached -= stopped[place]
    return [*result, Unit("Envoi", reached, 0)]


def count_unanswered(campaign: Campaign) -> list[Unanswered]:
    """Return for each family what those who sent their answers left without one (one query), on `SAMPLE` responses
    at most."""
    some = Response.objects.filter(campaign=campaign).counted().order_by("pk").values("pk")[:SAMPLE]
    rows = (
        UseCaseAnswer.objects.filter(response__in=some)
        .order_by("use_case__family__position")
        .values_list("use_case__family__name")
        .annotate(offered=Count("pk"), unanswered=Count("pk", filter=Q(usage=None)))
    )
    return [Unanswered(*row) for row in rows]


def count_partners(campaign: Campaign) -> list[Partner]:
    """Return how many came by each partner's link (one query)."""
    links = campaign.open_links.order_by("partner", "pk").annotate(
        started=Count("responses"), submitted=Count("responses", filter=Q(responses__submitted_at__isnull=False))
    )
    return [Partner(link.partner, link.started, link.submitted) for link in links]


def count_segments(campaign: Campaign, *, masked: bool) -> list[Segment]:
    """Return who answered, by each profile variable (ten queries).

    `masked` hides the counts from 1 to 4, and where categories add up one more: the total would tell the hidden one.
    """
    counted = campaign.responses.counted().order_by()
    segments = []
    for label, entries, name in (("Secteur", Sector, "sectors"), ("Métier", Occupation, "occupations")):
        counts = dict(counted.values_list(name).annotate(n=Count("pk")))
        rows = [(entry.name, counts[entry.pk]) for entry in entries.objects.all() if entry.pk in counts]
        rows += [(NOT_GIVEN, counts[None])] if None in counts else []
        segments.append(Segment(label, _masked(rows, False) if masked else rows, adds_up=False))
    for name in PROFILE_COLUMNS:
        field = Response._meta.get_field(name)
        counts = dict(counted.values_list(name).annotate(n=Count("pk")))
        rows = [(label, counts.get(code, 0)) for code, label in field.choices]
        rows += [(NOT_GIVEN, counts[""])] if "" in counts else []
        rows = _masked(rows, True) if masked else rows
        segments.append(Segment(capfirst(field.verbose_name), rows, adds_up=True))
    return segments


def measure_durations(campaign: Campaign) -> Durations | None:
    """Return how long it took those who sent their answers online; None when nobody was timed (two queries)."""
    timed = campaign.responses.counted().filter(mode=Response.Mode.WEB, active_seconds__isnull=False)
    responses = timed.count()
    if not responses:
        return None
    in_order = timed.order_by("active_seconds").values_list("active_seconds", flat=True)
    # Three rows out of a hundred thousand: the database keeps the rest.
    quarter, median, three_quarters = (in_order[int((responses - 1) * part)] / 60 for part in (0.25, 0.5, 0.75))
    return Durations(responses, quarter, median, three_quarters)


def _masked(rows, adds_up):
    hidden = {place for place, (_, count) in enumerate(rows) if 0 < count < N_SHOW}
    visible = sorted((count, place) for place, (_, count) in enumerate(rows) if count >= N_SHOW)
    while adds_up and visible and 0 < sum(rows[place][1] for place in hidden) < N_SHOW:
        hidden.add(visible.pop(0)[1])
    return [(label, None if place in hidden else count) for place, (label, count) in enumerate(rows)]


def _by_day(responses, day):
    return dict(responses.order_by().annotate(day=day).values_list("day").annotate(n=Count("pk")))


def _units(campaign):
    """Return {number that orders the page: its title}, from the consent on."""
    units = {0: "Consentement"}
    families = list(Family.objects.filter(use_cases__campaigns=campaign).distinct().values_list("position", "name"))
    for module in campaign.questionnaire.modules.order_by("position"):
        if module.kind == Module.Kind.USE_CASES:
            units |= {_place(module) + position: name for position, name in families}
        else:
            units[_place(module)] = module.title
    return dict(sorted(units.items()))


def _place(module):
    return (module.position + 1) * STEP  # 0 is the consent


def _furthest(campaign):
    """Return the expression that numbers the last page on which a response holds something."""
    places = {module.kind: _place(module) for module in campaign.questionnaire.modules.all()}
    profile, use_cases = places.get(Module.Kind.PROFILE, 0), places.get(Module.Kind.USE_CASES, 0)
    has_profile = Response.objects.filter(pk=OuterRef("pk"), profile_version__gt=0).annotate(place=Value(profile))
    items = Answer.objects.filter(response=OuterRef("pk")).order_by().values("response")
    items = items.annotate(place=(Max("item__module__position") + 1) * STEP)
    cases = UseCaseAnswer.objects.filter(response=OuterRef("pk"), usage__isnull=False).order_by().values("response")
    cases = cases.annotate(place=Max("use_case__family__position") + use_cases)
    return Greatest(*(_or_zero(rows) for rows in (has_profile, items, cases)))


def _or_zero(rows):
    return Coalesce(Subquery(rows.values("place")), 0, output_field=IntegerField())
