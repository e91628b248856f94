"""What became of use cases between two lists: the same, renamed, split, merged, new, or no longer there.

A use case says which ones it replaces (`UseCase.replaces`). Two waves are compared on what that makes comparable:
the same and the renamed as they are, the split and the merged with a mark, the rest not at all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .models import UseCase


class Descent(StrEnum):
    SAME = "same"
    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    NEW = "new"
    TANGLED = "tangled"
    DROPPED = "dropped"


COMPARABLE = (Descent.SAME, Descent.RENAMED, Descent.SPLIT, Descent.MERGED)


@dataclass(frozen=True)
class Lineage:
    """A use case (code) of the later list, the ones of the earlier list it comes from, in that list's order.

    For `DROPPED`, a use case of the earlier list that nothing continues.
    """

    use_case: str
    descent: Descent
    origins: tuple[str, ...] = ()

    @property
    def is_comparable(self) -> bool:
        return self.descent in COMPARABLE

    def describe(self, names: Mapping[str, str]) -> str:
        """Return the lineage in one French sentence, empty for the same use case; `names` gives those of the codes."""
        origins = [f"« {names.get(code, code)} »" for code in self.origins]
        listed = " et ".join([", ".join(origins[:-1]), origins[-1]] if len(origins) > 1 else origins)
        return SENTENCES[self.descent].format(origins=listed)


SENTENCES = {
    Descent.SAME: "",
    Descent.RENAMED: "Renommé : appelé {origins} à la vague précédente. La comparaison est directe.",
    Descent.SPLIT: "Scindé : issu de {origins}, que plusieurs cas d’usage ont remplacé. L’évolution compare une "
    "partie à l’ensemble d’avant : lisez-la avec réserve.",
    Descent.MERGED: "Réuni : remplace {origins}. L’évolution compare l’ensemble à ses parties d’avant : lisez-la avec "
    "réserve.",
    Descent.NEW: "Nouveau : absent de la vague précédente, rien à comparer.",
    Descent.TANGLED: "Recomposé : {origins} ont été répartis entre plusieurs cas d’usage. Aucune comparaison n’aurait "
    "de sens.",
    Descent.DROPPED: "N’est plus interrogé : rien ne le remplace dans cette vague.",
}


def trace_lineages(earlier: Collection[str], later: Collection[str]) -> list[Lineage]:
    """Return one Lineage per code of `later`, in its order, then one per code of `earlier` that nothing continues.

    One query. A chain of replacements is followed back to the earlier list; a use case of both lists is its own heir.
    """
    replaced = {}
    links = UseCase.replaces.through.objects.values_list("from_usecase__code", "to_usecase__code")
    for heir, origin in links:
        replaced.setdefault(heir, []).append(origin)
    known = list(earlier)
    origins = {code: _origins(code, set(known), replaced) for code in later}
    heirs = {code: [heir for heir in later if code in origins[heir]] for code in known}
    lineages = [
        Lineage(code, _descent(code, origins[code], heirs), tuple(each for each in known if each in origins[code]))
        for code in later
    ]
    return [*lineages, *(Lineage(code, Descent.DROPPED) for code in known if not heirs[code])]


def _origins(code, earlier, replaced):
    found, seen, waiting = set(), {code}, [code]
    while waiting:
        current = waiting.pop()
        if current in earlier:
            found.add(current)
        if current in earlier and current != code:
            continue  # whatever it replaced itself was not asked any more
        for origin in replaced.get(current, ()):
            if origin not in seen:
                seen.add(origin)
                waiting.append(origin)
    return found


def _descent(code, origins, heirs):
    if not origins:
        return Descent.NEW
    if len(origins) == 1:
        (origin,) = origins
        if len(heirs[origin]) > 1:
            return Descent.SPLIT
        return Descent.SAME if origin == code else Descent.RENAMED
    return Descent.MERGED if all(len(heirs[origin]) == 1 for origin in origins) else Descent.TANGLED
