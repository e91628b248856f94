"""Tools to tick instead of typing: those that the catalogue cites, then those that enough other people named."""

from collections import Counter
from collections.abc import Iterable

from django.core.cache import cache

from interviews.models import Campaign, Response, UseCaseAnswer
from interviews.results.disclosure import named_often
from usecases.models import Tool

CITED, SUGGESTED = 6, 8  # of the catalogue, in all: more would be read less than typed
KEPT = 600  # seconds: what others name moves slower than people come
LOOKED_AT = 20_000  # answers that name a tool, at most: enough to tell the common names, and a bounded cost


def suggest_tools(campaign: Campaign, rows: Iterable[UseCaseAnswer]) -> dict[int, list[str]]:
    """Return {use case pk: names of tools} for offered rows whose use cases have their `tools` loaded.

    One query when others named tools, one more every ten minutes.
    """
    others = cache.get_or_set(f"tools-named:{campaign.pk}", lambda: tools_named(campaign), KEPT)
    asked = [row.use_case for row in rows]
    codes = {code for use_case in asked for code in others.get(use_case.pk, [])}
    names = dict(Tool.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}
    suggestions = {}
    for use_case in asked:
        cited = {tool.code: tool.name for tool in use_case.tools.all()[:CITED]}
        named = {code: names[code] for code in others.get(use_case.pk, []) if code in names}
        suggestions[use_case.pk] = list((cited | named).values())[:SUGGESTED]
    return suggestions


def tools_named(campaign: Campaign) -> dict[int, list[str]]:
    """Return {use case pk: codes of tools} that enough of the campaign's respondents named, the most named first."""
    named = UseCaseAnswer.objects.filter(response__in=Response.objects.counted().filter(campaign=campaign))
    counts: dict[int, Counter] = {}
    for use_case, codes in named.exclude(tools=[]).order_by().values_list("use_case_id", "tools")[:LOOKED_AT]:
        counts.setdefault(use_case, Counter()).update(set(codes))
    return {use_case: often for use_case, tools in counts.items() if (often := named_often(tools))}
