"""The board of results, and the decisions taken from it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from interviews.results.board import read_board, sort_rows
from interviews.results.publication import pending_proposals
from interviews.results.review import DecisionError, decide_together
from interviews.views.personal_link import posted
from interviews.views.staff import campaign_page

from .forms import BoardFilter, DecisionForm

COLUMNS = (
    ("nom", "Cas d’usage"),
    ("vigueur", "En vigueur"),
    ("calcule", "Calculé"),
    ("statut", "Statut"),
    ("base", "Base"),
    ("probabilite", "Probabilité"),
    ("accord", "Accord"),
    ("evolution", "Évolution"),
    ("decision", "Décision"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@campaign_page("interviews.view_assessment")
def results(request, campaign):
    if campaign.closed_at is None:
        return render(request, "interviews/analyst/not_closed.html", {"campaign": campaign, "page": "Résultats"})
    decides = request.user.has_perm("interviews.change_assessment") and campaign.edition_id is None
    decision = DecisionForm(posted(request))
    if request.method == "POST" and decides and _decide(request, campaign, decision):
        return redirect(request.get_full_path())
    form = BoardFilter(request.GET)
    rows = read_board(campaign, **form.chosen)
    if form.sort:
        rows = sort_rows(rows, form.sort, descending=form.descending)
    context = {
        "campaign": campaign,
        "form": form,
        "rows": rows,
        "columns": _columns(request.GET, form),
        "decides": decides,
        "decision": decision,
        "selected": set(request.POST.getlist("assessment")),
        "waiting": pending_proposals(campaign).count(),
    }
    return render(request, "interviews/analyst/results.html", context)


def _decide(request, campaign, form):
    """Take the decision sent about the rows ticked; return whether it was taken, with a message, or add an error."""
    chosen = campaign.assessments.filter(pk__in=_numbers(request.POST.getlist("assessment")))
    if not form.is_valid():
        return False
    try:
        decided = decide_together(chosen, user=request.user, **form.given)
    except DecisionError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    if not decided:
        form.add_error(None, "Cochez au moins une ligne du tableau.")
        return False
    messages.success(request, "1 décision enregistrée." if decided == 1 else f"{decided} décisions enregistrées.")
    return True


def _numbers(texts):
    """Return the keys sent, without what cannot be one: eighteen digits fit any database."""
    return [int(text) for text in texts if text.isdecimal() and len(text) <= 18]


def _columns(asked, form):
    """Return each column with the address that sorts by it, and how it is sorted now."""
    kept = {name: asked[name] for name in asked if name not in ("tri", "sens")}
    columns = []
    for name, label in COLUMNS:
        is_sorted = form.sort == name
        flipped = {"sens": "desc"} if is_sorted and not form.descending else {}
        state = ("descending" if form.descending else "ascending") if is_sorted else ""
        columns.append((label, "?" + urlencode(kept | {"tri": name} | flipped), state))
    return columns
