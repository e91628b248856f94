"""The pages of one person's questionnaire: what is asked of whom, in which order."""

from dataclasses import dataclass

from interviews.models import Item, Module, Response, UseCaseAnswer

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
    """A person's pages in order, with their answers to general items ({item code: value})."""

    pages: list[Page]
    answers: dict[str, object]

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
    """Build a person's path (five queries, whatever the number of items and use cases)."""
    answers = dict(response.answers.values_list("item__code", "value"))
    offered = list(
        response.use_case_answers.select_related("use_case__family")
        .prefetch_related("use_case__tools")
        .order_by("use_case__family__position", "rank")
    )
    modules = response.campaign.questionnaire.modules.prefetch_related(
        "items__option_set__options", "items__asked_if"
    ).order_by("position")
    pages = []
    for module in modules:
        pages += PAGE_BUILDERS[module.kind](module, response, answers, offered)
    return Path(pages, answers)


def _profile_pages(module, response, answers, offered):
    # Routing runs when the profile is saved: offered use cases mean that it was.
    return [Page(module.code, module.title, module.intro, module.kind, is_answered=bool(offered))]


def _item_pages(module, response, answers, offered):
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
            slug=f"cas-{family.code}",
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
