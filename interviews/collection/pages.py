"""The pages of one person's questionnaire: what is asked of whom, in which order."""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects

from interviews.models import Item, Module, Response, UseCaseAnswer
from usecases.models import Family

from .responses import is_asked

REVIEW = "relecture"


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

    def number(self, page: Page) -> int:
        """Return the page's number, from 1."""
        return self.pages.index(page) + 1

    def progress(self, page: Page) -> str:
        """Say how far the page is; before the profile nobody knows how many pages will follow."""
        if page.kind == Module.Kind.PROFILE and not page.is_answered:
            return "Pour commencer"
        return f"Page {self.number(page)} sur {len(self.pages)}"

    def after(self, page: Page) -> str:
        """Return the address of what follows the page: another page, or the review."""
        following = self.pages[self.number(page) :]
        return following[0].slug if following else REVIEW

    def before(self, page: Page) -> str | None:
        number = self.number(page)
        return self.pages[number - 2].slug if number > 1 else None

    def first_unanswered(self) -> str:
        """Return the address where the person resumes: the first page without any answer, else the review."""
        return next((page.slug for page in self.pages if not page.is_answered), REVIEW)


def path_of(response: Response) -> Path:
    """Build a person's path (four queries, whatever the number of items and use cases).

    What a page alone needs (options, example tools) is loaded by `complete`.
    """
    stored = list(response.answers.values_list("item__code", "value", "version"))
    answers = {code: value for code, value, _ in stored}
    offered = list(
        response.use_case_answers.select_related("use_case__family").order_by("use_case__family__position", "rank")
    )
    items = Prefetch("items", Item.objects.select_related("option_set", "asked_if"))
    modules = list(response.campaign.questionnaire.modules.prefetch_related(items).order_by("position"))
    pages = []
    for module in modules:
        pages += PAGE_BUILDERS[module.kind](module, response, answers, offered)
    closed_blocks = [module for module in modules if _is_closed(module, response)]
    return Path(pages, answers, {code: version for code, _, version in stored}, closed_blocks)


def family_slug(family: Family) -> str:
    """Return the address of the page that holds a family's use cases."""
    return f"cas-{family.code}"


def complete(*pages: Page) -> None:
    """Load what shows on these pages: options of their items, example tools of their use cases."""
    load_options(*pages)
    prefetch_related_objects([row.use_case for page in pages for row in page.offered], "tools")


def load_options(*pages: Page) -> None:
    """Load the options of the items of these pages: all that a review shows of them."""
    prefetch_related_objects([item for page in pages for item in page.items], "option_set__options")


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
    return [
        Page(
            slug=family_slug(family),
            title=family.name,
            intro=module.intro,
            kind=module.kind,
            offered=tuple(rows),
            is_answered=any(row.usage is not None for row in rows),
        )
        for family, rows in families.items()
    ]


PAGE_BUILDERS = {
    Module.Kind.PROFILE: _profile_pages,
    Module.Kind.ITEMS: _item_pages,
    Module.Kind.USE_CASES: _use_case_pages,
}
