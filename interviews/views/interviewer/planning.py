"""The interviews to come and those done; planning one; its page."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from interviews.guided.calendar import calendar_of
from interviews.guided.forms import ConsentForm, PersonForm, PersonFormSet, PlanForm, TargetForm
from interviews.guided.guide import read_guide
from interviews.guided.planning import (
    REVIEW,
    add_participant,
    call_off,
    change_plan,
    erase_identity,
    may_see_names,
    monday_of,
    plan_interview,
    read_participants,
    record_consent,
    targets_of,
    visible_interviews,
    week_of,
    withdraw_interview,
)
from interviews.guided.supervision import actions_for, missing_points, standing_note
from interviews.models import Campaign, Interview
from interviews.states import interview_states, label_of
from interviews.views.personal_link import posted
from interviews.views.staff import staff_page

from .access import CHANGE, VIEW, interview_page, led_by_oneself


@require_safe
@staff_page(VIEW)
def interviews(request):
    """The list, newest state first for whoever has something to do, or one week."""
    found = visible_interviews(request.user).annotate(quotes=Count("participants__verbatims", distinct=True))
    states = {code: label for code, label, _ in interview_states()}
    state = request.GET.get("etat", "")
    if state in states:
        found = found.filter(state=state)
    context = {
        "interviews": found.prefetch_related("response__occupations", "response__sectors").order_by(
            "-starts_at", "-pk"
        ),
        "states": states,
        "state": state,
        "may_review": request.user.has_perm(REVIEW),
    }
    return render(request, "interviews/interviewer/interviews.html", context)


@require_safe
@staff_page(VIEW)
def week(request):
    monday = monday_of(request.GET.get("semaine", ""))
    context = {
        "days": week_of(visible_interviews(request.user), monday),
        "monday": monday,
        "before": f"{monday - timedelta(days=7):%G-W%V}",
        "after": f"{monday + timedelta(days=7):%G-W%V}",
    }
    return render(request, "interviews/interviewer/week.html", context)


@staff_page("interviews.add_interview")
def plan(request):
    """Plan an interview and those who take part in it."""
    form = PlanForm(posted(request), user=request.user, may_assign=request.user.has_perm(REVIEW))
    people = PersonFormSet(posted(request))
    # A list, not a generator: both must be checked so that all errors show at once.
    if request.method == "POST" and all([form.is_valid(), people.is_valid()]):
        cleaned = form.cleaned_data
        facts = form.facts()
        interview = plan_interview(
            cleaned["campaign"],
            facts.pop("interviewer", request.user),
            facts,
            [person for one in people if (person := one.person())],
            cleaned["occupations"],
            cleaned["sectors"],
        )
        messages.success(request, f"{interview} est prévu.")
        return redirect("interview", interview.pk)
    return render(request, "interviews/interviewer/plan.html", {"form": form, "people": people})


@interview_page(CHANGE)
def change(request, interview):
    form = PlanForm(posted(request), instance=interview, user=request.user, may_assign=request.user.has_perm(REVIEW))
    if request.method == "POST" and form.is_valid():
        change_plan(interview, form.facts(), form.cleaned_data["occupations"], form.cleaned_data["sectors"])
        messages.success(request, "Le rendez-vous est modifié.")
        return redirect("interview", interview.pk)
    return render(request, "interviews/interviewer/plan.html", {"form": form, "interview": interview})


@require_safe
@interview_page()
def interview(request, interview):
    """Everything about one interview, and what to do next."""
    quotes = Count("verbatims", filter=Q(verbatims__withdrawn_at=None))
    context = {
        "interview": interview,
        "campaign": interview.campaign,
        "state": label_of(interview_states(), interview.state),
        "is_own": interview.interviewer_id == request.user.pk,
        "sees_names": may_see_names(request.user, interview),
        "participants": [
            (person, ConsentForm(participant=person)) for person in read_participants(interview, request.user)
        ],
        "person_form": PersonForm(prefix="nouveau"),
        "guide": read_guide(),
        "steps": interview.steps.select_related("by"),
        "missing": missing_points(interview),
        "returned": standing_note(interview),
        "actions": actions_for(request.user, interview),
        # A grouped query forgets the order of its model.
        "notes": interview.notes.annotate(quotes=quotes).order_by("marked_at", "pk"),
        "transcripts": interview.transcripts.defer("text").annotate(quotes=quotes).order_by("pk"),
    }
    return render(request, "interviews/interviewer/interview.html", context)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def consent(request, interview, participant):
    """Record what one participant agreed to."""
    person = get_object_or_404(interview.participants, pk=participant)
    form = ConsentForm(request.POST, participant=person)
    if form.is_valid():
        record_consent(person, form.cleaned_data["quoting"])
        messages.success(request, f"Accord enregistré : {person.get_quoting_display().lower()}.")
    else:
        messages.error(request, " ".join(message for errors in form.errors.values() for message in errors))
    return redirect("interview", interview.pk)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def participant(request, interview):
    """Add somebody to an interview."""
    form = PersonForm(request.POST, prefix="nouveau")
    if form.is_valid() and (person := form.person()):
        add_participant(interview, person)
        messages.success(request, "Participant ajouté. Recueillez son accord.")
    else:
        errors = [message for errors in form.errors.values() for message in errors]
        messages.error(request, " ".join(errors) or "Indiquez au moins un nom ou une fonction.")
    return redirect("interview", interview.pk)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def forget(request, interview, participant):
    """Destroy the name behind a participant."""
    erase_identity(get_object_or_404(interview.participants, pk=participant), request.user)
    messages.success(request, "Le nom est effacé. Ce qui a été dit reste, sans lui.")
    return redirect("interview", interview.pk)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def calling_off(request, interview):
    call_off(interview, request.POST.get("reason", "")[:300])
    messages.success(request, "L’entretien est annulé.")
    return redirect("interview", interview.pk)


@interview_page(CHANGE)
def withdrawal(request, interview):
    """Explain, then erase on POST, all that an interview holds."""
    if request.method == "POST":
        withdraw_interview(interview, request.user)
        messages.success(request, "L’entretien est retiré : il ne contient plus rien.")
        return redirect("interview", interview.pk)
    return render(request, "interviews/interviewer/withdrawal.html", {"interview": interview})


@require_safe
@interview_page()
def calendar(request, interview):
    return _calendar([interview], f"entretien-{interview.pk}", request)


@require_safe
@staff_page(VIEW)
def calendars(request):
    """All one's own interviews in one calendar file."""
    own = Interview.objects.filter(interviewer=request.user).select_related("campaign")
    return _calendar(own, "entretiens", request)


@staff_page(VIEW)
def targets(request, slug):
    """How many interviews are wanted with each segment, and how far the campaign is."""
    campaign = get_object_or_404(Campaign, slug=slug)
    may_change = request.user.has_perm(REVIEW)
    form = TargetForm(posted(request)) if may_change else None
    if request.method == "POST" and may_change:
        form.instance.campaign = campaign
        if form.is_valid():
            form.save()
            messages.success(request, "Objectif enregistré.")
            return redirect("interview_targets", slug)
    context = {"campaign": campaign, "targets": targets_of(campaign), "form": form}
    return render(request, "interviews/interviewer/targets.html", context)


@require_POST
@staff_page(REVIEW)
def remove_target(request, slug, target):
    get_object_or_404(Campaign, slug=slug).interview_targets.filter(pk=target).delete()
    messages.success(request, "Objectif retiré.")
    return redirect("interview_targets", slug)


def _calendar(interviews, name, request):
    headers = {"Content-Disposition": f'attachment; filename="{name}.ics"'}
    content = calendar_of(interviews, request.get_host())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
