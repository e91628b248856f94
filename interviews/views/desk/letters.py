"""What a campaign writes: its texts, its waves, and what became of each mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.outbox.dispatch import next_check
from cnc_survey.outbox.letters import label_of
from cnc_survey.outbox.models import AWAITED, Mail, MailServer, MailState
from cnc_survey.outbox.queueing import cancel_mails, queue_mail, retry_mails
from interviews.campaigns import CampaignError
from interviews.fieldwork.campaign_forms import LanguageForm, MailTextForm, WaveForm
from interviews.fieldwork.letters import TEST, preview_letter
from interviews.fieldwork.preparation import why_not_changed
from interviews.fieldwork.reach import to_invite, to_remind
from interviews.fieldwork.texts import own_texts
from interviews.fieldwork.waves import cancel_wave, day_of, plan_wave, write_now
from interviews.models import MailKind, MailText, MailWave
from interviews.views.staff import campaign_page

ON_A_PAGE = 50


class CountedPaginator(Paginator):
    """A paginator whose rows are counted already."""

    count = 0


@campaign_page("interviews.add_invitation")
def letters(request, campaign):
    """The waves, and the form that launches one: « compter » shows how many it would reach, nothing leaves."""
    form = WaveForm(request.POST or request.GET or None)
    reach = None
    if request.method == "POST" and form.is_valid():
        if "count" in request.POST:
            reach = _reach(campaign, form)
        else:
            try:
                return _launch(request, campaign, form)
            except CampaignError as refusal:
                form.add_error(None, str(refusal))
    waves = MailWave.objects.filter(campaign=campaign).select_related("campaign")
    context = {
        "campaign": campaign,
        "form": form,
        "reach": reach,
        "waves": [(wave, day_of(wave), _segment(form, wave), _wave_states(wave)) for wave in _with_states(waves)],
        "server": _server(),
        "is_open": campaign.is_open,
    }
    return render(request, "interviews/manager/letters.html", context)


@require_POST
@campaign_page("interviews.add_invitation")
def wave_cancel(request, campaign, pk):
    count = cancel_wave(get_object_or_404(MailWave, pk=pk, campaign=campaign))
    messages.success(request, f"Vague annulée. Courriels repris avant leur départ : {count}.")
    return redirect("campaign_letters", campaign.slug)


@require_safe
@campaign_page("interviews.add_invitation")
def texts(request, campaign):
    return render(request, "interviews/manager/texts.html", {"campaign": campaign, "texts": own_texts(campaign)})


@campaign_page("interviews.add_invitation")
def text(request, campaign, kind, language):
    """Change one text; without changing it, see it as a person will."""
    form = LanguageForm({"kind": kind, "language": language})
    if not form.is_valid():
        return redirect("campaign_texts", campaign.slug)
    found = next(each for each in own_texts(campaign) if (each.kind, each.language) == (kind, language))
    why_not = why_not_changed(campaign, "texts")
    form = MailTextForm(request.POST or None, instance=found)
    if request.method == "POST":
        if why_not:
            messages.error(request, why_not)
            return redirect(request.path)
        if form.is_valid():
            form.save()
            messages.success(request, "Texte enregistré.")
            return redirect(request.path)
    stored = MailText.objects.filter(campaign=campaign, kind=kind, language=language).exists()
    context = {
        "campaign": campaign,
        "form": form,
        "text": found,
        "stored": stored,
        "why_not": why_not,
        "letter": preview_letter(campaign, kind, language, _site(request)),
    }
    return render(request, "interviews/manager/text.html", context)


@require_POST
@campaign_page("interviews.add_invitation")
def text_test(request, campaign, kind, language):
    """Send the text to the manager's own address, as somebody will get it."""
    form = LanguageForm({"kind": kind, "language": language})
    if not form.is_valid():
        return redirect("campaign_texts", campaign.slug)
    if request.user.email:
        parameters = form.cleaned_data | {
            "campaign": campaign.pk,
            "user": request.user.pk,
            "site": _site(request),
        }
        queue_mail(TEST, parameters, batch=campaign.slug, priority=AWAITED)
        messages.success(request, f"Un essai part vers {request.user.email}. Ses liens ne mènent nulle part.")
    else:
        messages.error(request, "Votre compte n’a pas d’adresse électronique : faites-la ajouter, puis recommencez.")
    return redirect("campaign_text", campaign.slug, kind, language)


@require_POST
@campaign_page("interviews.add_invitation")
def text_reset(request, campaign, kind, language):
    """Go back to the words of the house."""
    if why_not := why_not_changed(campaign, "texts"):
        messages.error(request, why_not)
    else:
        MailText.objects.filter(campaign=campaign, kind=kind, language=language).delete()
        messages.success(request, "Le texte de la maison est rétabli.")
    return redirect("campaign_text", campaign.slug, kind, language)


@require_safe
@campaign_page("interviews.add_invitation")
def mails(request, campaign):
    """The outbox of the campaign."""
    of_campaign = Mail.objects.filter(batch=campaign.slug)
    counts = dict(of_campaign.with_state().order_by().values_list("state").annotate(n=Count("pk")))
    state = request.GET.get("etat", "")
    found = of_campaign.in_state(state) if state in counts else of_campaign
    # What the states counted is not counted again.
    page = CountedPaginator(found.order_by("-pk").values_list("pk", flat=True), ON_A_PAGE)
    page.count = counts[state] if state in counts else sum(counts.values())
    page = page.get_page(request.GET.get("page"))
    shown = (
        Mail.objects.filter(pk__in=list(page))
        .with_state()
        .order_by("-pk")
        .select_related("letter__invitation__contact", "letter__wave")
    )
    context = {
        "campaign": campaign,
        "page": page,
        "rows": [(mail, _what(mail), MailState(mail.state).label) for mail in shown],
        "counts": [(state.value, state.counted(counts[state])) for state in MailState if state in counts],
        "state": state,
        "stopped": counts.get(MailState.FAILED, 0) + counts.get(MailState.RETRYING, 0),
        "waiting": counts.get(MailState.QUEUED, 0) + counts.get(MailState.RETRYING, 0),
        "server": _server(),
    }
    return render(request, "interviews/manager/mails.html", context)


@require_POST
@campaign_page("interviews.add_invitation")
def mails_act(request, campaign):
    """Try again what failed, or take back what waits."""
    of_campaign = Mail.objects.filter(batch=campaign.slug)
    if "retry" in request.POST:
        messages.success(request, f"Courriels remis dans la file : {retry_mails(of_campaign)}.")
    elif "cancel" in request.POST:
        count = cancel_mails(of_campaign, "Repris par l’équipe avant son départ.")
        messages.success(request, f"Courriels repris avant leur départ : {count}.")
    return redirect("campaign_mails", campaign.slug)


def _launch(request, campaign, form):
    days, kind = form.cleaned_data["days_before_closing"], form.cleaned_data["kind"]
    if days is None:
        wave = write_now(campaign, kind, form.segment, _site(request))
        messages.success(request, f"Courriels demandés : {wave.letter_count}. Ils partent au rythme du serveur.")
    else:
        wave = plan_wave(campaign, kind, form.segment, days)
        messages.success(request, f"Vague prévue le {day_of(wave):%d/%m/%Y} à neuf heures.")
    return redirect("campaign_letters", campaign.slug)


def _reach(campaign, form):
    if form.cleaned_data["kind"] == MailKind.INVITATION:
        return to_invite(campaign, form.segment, timezone.now()).count()
    return to_remind(campaign, form.segment, timezone.now()).count()


def _with_states(waves):
    """Add the mails of each wave by state, whatever the number of waves (one query more)."""
    waves = list(waves)
    rows = (
        Mail.objects.filter(letter__wave__in=waves)
        .with_state()
        .order_by()
        .values_list("letter__wave", "state")
        .annotate(n=Count("pk"))
    )
    counts = {}
    for wave, state, count in rows:
        counts.setdefault(wave, {})[state] = count
    for wave in waves:
        wave.states = counts.get(wave.pk, {})
    return waves


def _segment(form, wave):
    """Say whom a wave writes to, in the words of the form's lists."""
    names = {name: dict(form.fields[name].choices) for name in wave.segment}
    said = [
        {str(key): label for key, label in names[name].items()}.get(str(key), "?") for name, key in wave.segment.items()
    ]
    return " · ".join(said)


def _wave_states(wave):
    return ", ".join(state.counted(wave.states[state]) for state in MailState if state in wave.states)


def _what(mail):
    letter = getattr(mail, "letter", None)
    return (letter.wave.get_kind_display(), letter.invitation.contact) if letter else (label_of(mail.kind), None)


def _server():
    server = MailServer.objects.filter(down_since__isnull=False).first()
    return (
        {"down_since": server.down_since, "next_check": next_check(server), "error": server.error} if server else None
    )


def _site(request):
    return request.build_absolute_uri("/").rstrip("/")
