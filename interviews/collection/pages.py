"""The pages of one person's questionnaire: what is asked of whom, in which order."""

from dataclasses import dataclass, replace

from django.db.models import prefetch_related_objects

from interviews.models import Item, Module, Response, UseCaseAnswer
from usecases.models import Family

from .answers import is_asked
from .instrument import read_instrument
from .units import PROFILE, anchor, question_unit, use_case_unit

REVIEW = "relecture"
CLOSENESS = {reason: place for place, reason in enumerate(UseCaseAnswer.Reason.values)}  # their own occupation first


@dataclass(frozen=True)
class Page:
    """One page: the profile, a module's items, or the offered use cases of one family."""

    slug: str
    title: str
    intro: str
    kind: str
    items: tuple[Item, ...] = ()
    offered: tuple[UseCaseAnswer, ...] = ()
    is_answered: bool = False

    @property
    def size(self) -> int:
        """How many questions it asks, about: a profile has ten, and a use case three (usage, maturity, impact)."""
        return 10 if self.kind == Module.Kind.PROFILE else len(self.items) + 3 * len(self.offered)

    @property
    def units(self) -> list[str]:
        """The names of the parts that save by themselves, in order: the profile, each question, each use case."""
        if self.kind == Module.Kind.PROFILE:
            return [PROFILE]
        return [question_unit(item) for item in self.items] + [use_case_unit(row.use_case) for row in self.offered]

    def part(self, unit: str) -> "Page":
        """Return the page cut to one of its units."""
        kept = unit.partition(".")[2]
        return replace(
            self,
            items=tuple(item for item in self.items if item.code == kept),
            offered=tuple(row for row in self.offered if row.use_case.code == kept),
        )

    def unanswered(self, answers: dict[str, object]) -> list[str]:
        """Return the units without an answer, in order; the profile has one as soon as it led to offers."""
        if self.kind == Module.Kind.PROFILE:
            return [] if self.is_answered else self.units
        return [question_unit(item) for item in self.items if item.code not in answers] + [
            use_case_unit(row.use_case) for row in self.offered if row.usage is None
        ]


@dataclass(frozen=True)
class Path:
    """A person's pages in order, with their answers to general items and the versions of these, by item code."""

    pages: list[Page]
    answers: dict[str, object]
    versions: dict[str, int]
    closed_blocks: list[Module]  # those that the person was not asked, and may ask for

    @property
    def is_routed(self) -> bool:
        """True once use cases were offered, so that there are others to look for."""
        return any(page.offered for page in self.pages)

    def page(self, slug: str) -> Page | None:
        return next((page for page in self.pages if page.slug == slug), None)

    def part(self, unit: str) -> Page | None:
        """Return the page cut to this unit; None when nobody asks it of this person."""
        return next((page.part(unit) for page in self.pages if unit in page.units), None)

    def number(self, page: Page) -> int:
        """Return the page's number, from 1."""
        return self.pages.index(page) + 1

    def progress(self, page: Page) -> str:
        """Say how far the page is; before the profile nobody knows how many pages will follow."""
        if page.kind == Module.Kind.PROFILE and not page.is_answered:
            return "Pour commencer"
        said = f"Page {self.number(page)} sur {len(self.pages)}"
        if not page.offered:
            return said
        rows = [row for each in self.pages for row in each.offered]
        answered = sum(row.usage is not None for row in rows)
        return f"{said} · {answered} cas d’usage sur {len(rows)} répondu{'s' if answered > 1 else ''}"

    @property
    def size(self) -> int:
        """How many questions the person is asked: what the progress is measured in."""
        return sum(page.size for page in self.pages)

    def done(self, page: Page) -> int:
        """Return how many questions stand before the page."""
        return sum(each.size for each in self.pages[: self.number(page) - 1])

    def after(self, page: Page) -> str:
        """Return the address of what follows the page: another page, or the review."""
        following = self.pages[self.number(page) :]
        return following[0].slug if following else REVIEW

    def before(self, page: Page) -> str | None:
        number = self.number(page)
        return self.pages[number - 2].slug if number > 1 else None

    def first_unanswered(self) -> tuple[str, str]:
        """Return where the person resumes, (address of the page, fragment): the first question without an answer, else
        the review. No fragment at the top of a page: its title is read first."""
        for page in self.pages:
            for unit in page.unanswered(self.answers)[:1]:
                return page.slug, "" if unit == page.units[0] else anchor(unit)
        return REVIEW, ""


def path_of(response: Response) -> Path:
    """Build a person's path: two queries, whatever the number of use cases, and those of `read_instrument`.

    What a page of use cases alone needs (example tools) is loaded by `load_tools`.
    """
    stored = list(response.answers.values_list("item__code", "value", "version"))
    answers = {code: value for code, value, _ in stored}
    offered = list(
        response.use_case_answers.select_related("use_case__family").order_by("use_case__family__position", "rank")
    )
    modules = read_instrument(response.campaign.questionnaire).modules
    pages = []
    for module in modules:
        pages += PAGE_BUILDERS[module.kind](module, response, answers, offered)
    closed_blocks = [module for module in modules if _is_closed(module, response)]
    return Path(pages, answers, {code: version for code, _, version in stored}, closed_blocks)


def family_slug(family: Family) -> str:
    """Return the address of the page that holds a family's use cases."""
    return f"cas-{family.code}"


def load_tools(page: Page) -> None:
    """Load the example tools of the page's use cases."""
    prefetch_related_objects([row.use_case for row in page.offered], "tools")


def _is_closed(module, response):
    return module.is_block and module.code not in response.blocks


def _profile_pages(module, response, answers, offered):
    # Routing runs when the profile is saved: offered use cases mean that it was.
    return [Page(module.code, module.title, module.intro, module.kind, is_answered=bool(offered))]


def _item_pages(module, response, answers, offered):
    if _is_closed(module, response):
        return []
    items = tuple(item for item in module.items.all() if is_asked(item, answers))
    if not items:
        return []
    answered = any(item.code in answers for item in items)
    return [Page(module.code, module.title, module.intro, module.kind, items=items, is_answered=answered)]


def _use_case_pages(module, response, answers, offered):
    families = {}
    for row in offered:
        families.setdefault(row.use_case.family, []).append(row)
    # Nobody begins with what may not be their trade; between equals, in the order of the catalogue.
    nearest = sorted(families, key=lambda family: min(CLOSENESS[row.reason] for row in families[family]))
    return [
        Page(
            slug=family_slug(family),
            title=family.name,
            intro=module.intro,
            kind=module.kind,
            offered=tuple(families[family]),
            is_answered=any(row.usage is not None for row in families[family]),
        )
        for family in nearest
    ]


PAGE_BUILDERS = {
    Module.Kind.PROFILE: _profile_pages,
    Module.Kind.ITEMS: _item_pages,
    Module.Kind.USE_CASES: _use_case_pages,
}
