"""One item's answers by one profile variable, as the table of the contract."""

from interviews.campaigns import CampaignError
from interviews.frames import build_profiles
from interviews.general_frame import DONT_KNOW, counted_items, read_general_answers
from interviews.models import Campaign, Item, Response
from interviews.results.closing import require_closed
from interviews.results.general_items import opening_words, read_general_cells
from interviews.results.tabulation import ALL, ASKED, VARIABLES, general_cells, public_rows, staff_rows
from usecases.models import Tool

COLUMNS = (
    "campaign",
    "item",
    "answer",
    "by",
    "category",
    "n",
    "base",
    "base_label",
    "percent",
    "low",
    "high",
    "mark",
)
NOT_GIVEN = "not_given"  # the code, in files, of the persons who left a profile question empty
CORE = ("usage", "maturity", "impact", "intention", "benefits", "barriers", "tools", "satisfaction")


def tabulate(
    campaign: Campaign, item: str, by: str = "", base: str = ASKED, mode: str = "questionnaire", staff: bool = False
) -> list[dict]:
    """Return one {column: value} per answer: the total first, then each category of `by`, in the order of their lists.

    None where there is no figure, or where it is masked; shares are Decimals, in percent. Masked as for publication;
    `staff` sees everything. Raises CampaignError for an item or a variable that does not exist, and for the public
    while the campaign is open.
    """
    found = find_item(campaign, item)
    if by and by not in VARIABLES:
        raise CampaignError(f"« {by} » n’est pas une variable de profil. Variables : {', '.join(VARIABLES)}.")
    if not staff:
        require_closed(campaign)
    cells = _cells(campaign, item, (by,) if by else (), mode)
    if not cells:
        raise CampaignError(f"La campagne « {campaign} » n’a pas d’entretien.")
    total, *categories = cells
    rows = staff_rows(total, categories, base) if staff else public_rows(total, categories, base, bool(found.open_list))
    label = base_label(found, base, mode)
    return [
        {"campaign": campaign.slug, "item": item, "base_label": label}
        | row._asdict()
        | {"category": NOT_GIVEN if row.by and not row.category else row.category}
        for row in rows
    ]


def _cells(campaign, item, variables, mode):
    """Return the frozen cells of a closed campaign, those of the answers received so far of an open one."""
    if campaign.closed_at is not None:
        return read_general_cells(campaign.snapshot, item, mode, variables)
    profiles = build_profiles(campaign)
    given = read_general_answers(campaign, profiles, {item})
    return [cell for cell in general_cells(profiles, given, variables) if cell.mode == mode]


def find_item(campaign: Campaign, code: str) -> Item:
    """Return the general item of this code. Raises CampaignError, which says which ones are counted."""
    items = {item.code: item for item in counted_items(campaign)}
    if code in items:
        return items[code]
    if Item.objects.filter(module__questionnaire=campaign.questionnaire, code=code).exists():
        raise CampaignError(f"« {code} » est un texte libre : ses réponses se lisent, elles ne se comptent pas.")
    if code in CORE:
        raise CampaignError(
            f"« {code} » se demande sur chaque cas d’usage : voyez « manage.py ratings {campaign.slug} » et "
            f"« manage.py export_results {campaign.slug} »."
        )
    raise CampaignError(f"Aucune question « {code} » dans ce questionnaire. Questions : {', '.join(items)}.")


def base_label(item: Item, base: str = ASKED, mode: str = "questionnaire") -> str:
    """Say in French who the base of an item counts."""
    everyone = "Personnes rencontrées en entretien" if mode == "interview" else "Répondants"
    if base == ALL:
        return f"{everyone}, tous, y compris ceux à qui la question n’a pas été posée"
    if not item.asked_if_id:
        return f"{everyone} ayant répondu à la question, hors « ne sait pas »"
    return f"{everyone} ayant répondu {opening_words(item)}, puis répondu à la question, hors « ne sait pas »"


def category_labels(variable: str) -> dict[str, str]:
    """Return {category: label in French} of a profile variable, those who did not say included; none for the total."""
    if not variable:
        return {}
    field = Response._meta.get_field(variable)
    entries = field.related_model.objects.values_list("code", "name") if field.is_relation else field.choices
    return {code: str(label) for code, label in entries} | {NOT_GIVEN: "Non renseigné"}


def answer_labels(item: Item) -> dict[str, str]:
    """Return {answer: label in French} of an item, « ne sait pas » included."""
    if item.open_list:
        named = dict(Tool.objects.values_list("code", "name"))
    else:
        named = {option.code: option.label for option in item.option_set.options.all()} if item.option_set else {}
    return named | {DONT_KNOW: "Ne sait pas"}
