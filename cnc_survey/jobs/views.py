"""The pages on which people follow their jobs. Somebody else's is not there (404), except for administrators."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry

from .kinds import job_kinds
from .models import Job
from .queue import cancel_job, retry_job

ON_A_PAGE = 30


def visible_jobs(user):
    """Return the jobs whose state this user may see: their own, all of them for whoever holds `view_job`."""
    jobs = Job.objects.select_related("owner")
    return jobs if user.has_perm("cnc_survey.view_job") else jobs.filter(owner=user)


def job_page(view):
    """The view gets the job of the address, if the user may see it."""

    @never_cache
    @login_required
    @wraps(view)
    def wrapped(request, job_id):
        return view(request, get_object_or_404(visible_jobs(request.user), pk=job_id))

    return wrapped


@require_safe
@never_cache
@login_required
def jobs(request):
    page = Paginator(visible_jobs(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "jobs/jobs.html", {"page": page, "of_all": request.user.has_perm("cnc_survey.view_job")})


@require_safe
@job_page
def job(request, found):
    is_part = "HX-Request" in request.headers
    if is_part and not found.is_unended:
        # The end is worth a whole page: its title says it, and a screen reader reads it.
        return HttpResponse(headers={"HX-Refresh": "true"})
    template = "jobs/state.html" if is_part else "jobs/job.html"
    context = {
        "job": found,
        "is_mine": found.owner_id == request.user.pk,
        "may_act": may_act(request.user, found),
        "onward": where_it_leads(request.user, found),
    }
    return render(request, template, context)


@require_POST
@job_page
def cancel(request, found):
    if not may_act(request.user, found):
        raise PermissionDenied
    if not cancel_job(found):
        messages.info(request, "Cette tâche avait déjà pris fin.")
    return redirect(found)


@require_POST
@job_page
def retry(request, found):
    if not may_act(request.user, found):
        raise PermissionDenied
    if not retry_job(found, request.user):
        messages.info(request, "Cette tâche avait déjà été relancée.")
    return redirect(found)


@require_safe
@job_page
def download(request, found):
    kind = job_kinds().get(found.kind)
    # Rights are looked at again: they may have changed since the job was asked for.
    if found.owner_id != request.user.pk or kind is None or not request.user.has_perm(kind.permission):
        raise PermissionDenied
    if not found.has_file():
        raise Http404("Ce fichier a expiré.")
    record(AuditEntry.Action.EXPORTED, request.user, found.title, kind=found.kind, parameters=found.parameters)
    response = FileResponse(default_storage.open(found.file.name), as_attachment=True, filename=found.file_name)
    response["Content-Encoding"] = "identity"  # already compressed: doing it again would only cost time
    return response


def where_it_leads(user, found):
    """Return (words, address) of the page that shows what a finished job did, or None."""
    kind = job_kinds().get(found.kind)
    if kind is None or found.state != Job.State.FINISHED or not user.has_perm(kind.permission):
        return None
    return kind.leads_to(found.parameters)


def may_act(user, found):
    """Whether this user may cancel the job or run it again."""
    return found.owner_id == user.pk or user.has_perm("cnc_survey.change_job")
