"""The texts of an interview: transcripts brought in, words taken from them and from notes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from interviews.guided.coding_forms import TranscriptForm, VerbatimForm
from interviews.guided.passages import lines_of
from interviews.guided.pseudonyms import find_identifying, names_of
from interviews.guided.transcripts import TranscriptError, add_transcript
from interviews.guided.verbatims import VerbatimError, add_verbatim, find_words, select_words
from interviews.models import Participant
from interviews.views.personal_link import posted

from .access import CHANGE, VIEW, interview_page, led_by_oneself

SOURCES = {"note": "notes", "transcription": "transcripts"}


@interview_page(CHANGE)
def transcript(request, interview):
    """Attach a transcript, kept as it is."""
    form = TranscriptForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            added = add_transcript(interview, file.name, file.read(), request.user)
        except TranscriptError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, f"« {added} » est joint à l’entretien.")
            return redirect("interview_text", interview.pk, "transcription", added.pk)
    context = {"interview": interview, "campaign": interview.campaign, "form": form}
    return render(request, "interviews/interviewer/transcript.html", context)


@interview_page(VIEW)
def text(request, interview, kind, source):
    """One text with its verbatims marked in place; words chosen in it become a verbatim."""
    found = _source(interview, kind, source)
    people = interview.participants.exclude(role=Participant.Role.OBSERVER)
    form = VerbatimForm(posted(request), interview=interview, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            verbatim = _take(found, form, request.user)
        except VerbatimError as error:
            form.add_error("words", str(error))
        else:
            messages.success(request, "Verbatim relevé.")
            return redirect("verbatim", verbatim.pk)
    verbatims = list(found.verbatims.filter(withdrawn_at=None).prefetch_related("codes").order_by("start"))
    context = {
        "interview": interview,
        "campaign": interview.campaign,
        "source": found,
        "kind": kind,
        "lines": lines_of(
            found.text, verbatims, find_identifying(found.text, names_of(interview)), getattr(found, "turns", ())
        ),
        "verbatims": verbatims,
        "form": form,
    }
    return render(request, "interviews/interviewer/text.html", context)


@require_POST
@interview_page(CHANGE)
@led_by_oneself
def names(request, interview):
    """Keep the names spoken of, so that they are underlined and never published."""
    interview.names_to_hide = request.POST.get("names_to_hide", "")[:2000].replace("\0", "")
    interview.save(update_fields=["names_to_hide"])
    messages.success(request, "Noms à masquer enregistrés.")
    return redirect("interview", interview.pk)


def _source(interview, kind, pk):
    if kind not in SOURCES:
        raise Http404("Ce texte n’existe pas.")
    return get_object_or_404(getattr(interview, SOURCES[kind]), pk=pk)


def _take(source, form, user):
    cleaned = form.cleaned_data
    if cleaned["end"]:
        # The browser sends lines ended its own way.
        words = cleaned["words"].replace("\r\n", "\n")
        start, end = select_words(source, cleaned["start"] or 0, cleaned["end"], words)
    else:
        words = cleaned["words"].replace("\r\n", "\n")
        start, end = find_words(source, words, cleaned["first_line"], cleaned["last_line"])
    return add_verbatim(source, cleaned["participant"], start, end, form.coding(), user)
