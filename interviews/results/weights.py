"""The weights of a wave, or why it stays unweighted (METHOD.md §3): never a silent result.

Weights are settled on the questionnaires; interviews are kept apart and hold 1. They are scaled to a mean of 1, so that
weighted counts read on the scale of the respondents.
"""

from dataclasses import dataclass

import numpy as np

from interviews.analysis.constants import DEFF_STOP, DEFF_WARN
from interviews.analysis.weighting import WeightingCode, WeightingError, kish, weigh_wave
from interviews.frames import Profiles
from interviews.models import Campaign

from .margins import Margin, french, place_respondents

UNWEIGHTED = "Non redressé : chaque personne compte pour une."
STAYS = "La vague reste non redressée."

# What to do about each failure, where the sentence of the failure does not say it already.
ADVICE = {
    WeightingCode.MISSING: "Donnez une cible à « non_renseigne », seule ou regroupée avec une autre modalité (« | »), "
    "ou retirez cette marge.",
    WeightingCode.UNKNOWN_CATEGORY: "Ajoutez la cible de cette modalité, ou regroupez-la avec une autre (« | »).",
    WeightingCode.EMPTY_CELL: "Regroupez cette modalité avec une autre, ou retirez la marge.",
    WeightingCode.ZERO_TARGET: "Vérifiez ce chiffre ; une modalité vide dans la population se regroupe avec une autre.",
    WeightingCode.NEGATIVE_TARGET: "Vérifiez ce chiffre : une modalité dépasse la population totale.",
    WeightingCode.TOTAL_MISMATCH: "Vérifiez que toutes décrivent la même population, la même année ; des effectifs qui "
    "se cumulent d’un métier à l’autre ne se calent pas avec des personnes distinctes.",
    WeightingCode.NO_CONVERGENCE: "Retirez cette marge, ou regroupez ses modalités.",
    WeightingCode.BASE_WEIGHT: "Complétez la colonne « weight » du fichier importé, ou choisissez un autre "
    "redressement.",
}


@dataclass(frozen=True)
class Weights:
    """`values`: one weight per person of the frame (n), mean 1, or None when the wave is unweighted.

    `source` says in one French sentence what the weights rest on; `deff` and `n_eff` are Kish's, None when unweighted;
    `messages` say what went wrong or deserves attention; `code` names the failure (a WeightingCode), if one.
    """

    values: np.ndarray | None
    source: str = UNWEIGHTED
    deff: float | None = None
    n_eff: float | None = None
    messages: tuple[str, ...] = ()
    code: str = ""

    def describe(self) -> dict:
        """Return what a snapshot keeps of them: everything but the values."""
        return {
            "is_weighted": self.values is not None,
            "source": self.source,
            "deff": self.deff,
            "n_eff": self.n_eff,
            "lowest": self.lowest,
            "highest": self.highest,
            "messages": list(self.messages),
            "code": self.code,
        }

    @property
    def lowest(self) -> float | None:
        """The smallest weight, in means."""
        return None if self.values is None else float(self.values.min())

    @property
    def highest(self) -> float | None:
        """The largest weight, in means."""
        return None if self.values is None else float(self.values.max())


def campaign_weights(campaign: Campaign, frame: Profiles) -> Weights:
    """Return the weights that the campaign's choice gives these respondents; without any where it cannot be done."""
    return WEIGHERS[campaign.weighting](campaign, frame)


def rake_to(margins: list[Margin], respondents: np.ndarray, remarks: list[str] = ()) -> Weights:
    """Return the weights that bring the respondents (bool, n) to these margins, or none and the reason."""
    raked = weigh_wave(
        {margin.name: margin.column for margin in margins},
        {margin.name: dict(zip(margin.categories, margin.targets.tolist(), strict=True)) for margin in margins},
    )
    sources = " ; ".join(dict.fromkeys(source for margin in margins for source in margin.sources))
    names = ", ".join(margin.name for margin in margins)
    many = "s" if len(margins) > 1 else ""
    source = f"Redressé par calage sur {len(margins)} marge{many} de population ({names}). Sources : {sources}."
    return _described(raked.weights, respondents, source, list(remarks))


def _unweighted(campaign, frame):
    return Weights(None)


def _on_margins(campaign, frame):
    respondents = frame.by_questionnaire
    rows = list(campaign.margins.order_by("pk"))
    try:
        if rows and not respondents.any():
            raise WeightingError(WeightingCode.EMPTY_CELL, "Aucun répondant ne compte encore.")
        margins, remarks = place_respondents(rows, frame)
        return rake_to(margins, respondents, remarks)
    except WeightingError as error:
        return _refused(error, advice="" if not rows else ADVICE.get(error.code, ""))


def _supplied(campaign, frame):
    respondents = frame.by_questionnaire
    weights = frame.weight[respondents]
    usable = np.isfinite(weights) & (weights > 0)
    try:
        if not usable.all() or not weights.size:
            lacking = int((~usable).sum())
            raise WeightingError(
                WeightingCode.BASE_WEIGHT,
                f"Poids fournis : il manque un poids strictement positif à {lacking} des {weights.size} répondants.",
            )
        deff = kish(weights).deff
        if deff > DEFF_STOP:
            raise WeightingError(
                WeightingCode.HIGH_DEFF,
                f"Les poids fournis multiplieraient la variance par {french(round(deff, 2))} (maximum : "
                f"{french(DEFF_STOP)}). Bornez-les avant de les importer.",
            )
    except WeightingError as error:
        return _refused(error, advice=ADVICE.get(error.code, ""))
    return _described(weights, respondents, "Redressé par les poids fournis avec les réponses.", [])


def _described(weights, respondents, source, messages):
    size = kish(weights)
    if size.deff > DEFF_WARN:
        messages.append(
            f"L’effet du redressement est de {french(round(size.deff, 2))} : les {weights.size} répondants en valent "
            f"{size.n_eff:.0f}. Lisez les chiffres redressés avec précaution."
        )
    values = np.ones(respondents.size)
    values[respondents] = weights / weights.mean()
    return Weights(values, source, size.deff, size.n_eff, tuple(messages))


def _refused(error, advice):
    message = " ".join(part for part in (str(error), advice, STAYS) if part)
    return Weights(None, messages=(message,), code=str(error.code))


WEIGHERS = {
    Campaign.Weighting.OFF: _unweighted,
    Campaign.Weighting.MARGINS: _on_margins,
    Campaign.Weighting.SUPPLIED: _supplied,
}
