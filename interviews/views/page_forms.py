"""Which forms a page holds, and who writes what they give: one entry a kind of page."""

from interviews.collection.answers import save_answers, save_profile, save_use_case_answers
from interviews.collection.core_wordings import core_wordings
from interviews.collection.item_form import ItemsForm
from interviews.collection.offers import offer_use_cases
from interviews.collection.pages import Page, Path, load_tools
from interviews.collection.profile_form import ProfileForm
from interviews.collection.suggestions import suggest_tools
from interviews.collection.use_case_form import CatalogueLists, UseCaseForm
from interviews.models import Module, Response


def forms_of(page: Page, response: Response, path: Path, data) -> list:
    """Return the forms of a page, or of a part of it; `data` is None when it is only shown."""
    return FORMS[page.kind](page, response, path, data)


def write_forms(page: Page, response: Response, forms: list) -> list[str]:
    """Store what valid forms give; return what was left alone because it had changed elsewhere, in words."""
    return [str(one) for one in WRITERS[page.kind](response, forms)]


def all_valid(forms: list) -> bool:
    """Check every form, so that all errors show at once."""
    return all([form.is_valid() for form in forms])  # noqa: C419 a list, not a generator that stops at the first


def _profile_forms(page, response, path, data):
    return [ProfileForm(data, response=response)]


def _item_forms(page, response, path, data):
    tool_names = CatalogueLists().tool_names if any(item.open_list for item in page.items) else {}
    return [ItemsForm(data, items=page.items, initial=path.answers, tool_names=tool_names, versions=path.versions)]


def _use_case_forms(page, response, path, data):
    lists, wordings = CatalogueLists(), core_wordings(response.campaign.questionnaire)
    forms = [UseCaseForm(data, offered=offered, lists=lists, wordings=wordings) for offered in page.offered]
    # What only shows is read when the page does: a page that is saved leads elsewhere.
    if data is None or not all_valid(forms):
        load_tools(page)
        tools = suggest_tools(response.campaign, page.offered)
        for form in forms:
            form.suggest_tools(tools[form.offered.use_case_id])
    return forms


def _write_profile(response, forms):
    (form,) = forms
    version = save_profile(response, *form.values(), form.version)
    offer_use_cases(response)
    return ["Votre profil"] if version is None else []


def _write_items(response, forms):
    (form,) = forms
    return save_answers(response, form.values(), form.versions()).left_alone


def _write_use_cases(response, forms):
    answers = {form.offered.use_case_id: form.values() for form in forms}
    versions = {form.offered.use_case_id: form.version for form in forms}
    return save_use_case_answers(response, answers, versions).left_alone


FORMS = {
    Module.Kind.PROFILE: _profile_forms,
    Module.Kind.ITEMS: _item_forms,
    Module.Kind.USE_CASES: _use_case_forms,
}
WRITERS = {
    Module.Kind.PROFILE: _write_profile,
    Module.Kind.ITEMS: _write_items,
    Module.Kind.USE_CASES: _write_use_cases,
}
