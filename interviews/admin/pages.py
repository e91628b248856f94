"""Pages that ask before something is done: GET shows, POST acts."""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse

CONFIRMED = "confirmed"


def ask(model_admin, request, *, title, form, button, intro=(), lines=(), refusal="", hidden=(), target=None, **extra):
    """Show a page that asks: `intro` paragraphs, `lines` as (text, address or None), the form and its button.

    Without a button there is nothing to send yet: the page says why. `target` is the object it is about, if one.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "target": target,
        "form": form,
        "button": button,
        "intro": intro,
        "lines": lines,
        "refusal": refusal,
        "hidden": hidden,
        **extra,
    }
    return TemplateResponse(request, "admin/interviews/ask.html", context)


def ask_about_selection(model_admin, request, action, **page):
    """Show the page of a list's action; it sends the same selection back, confirmed."""
    selected = [(ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)]
    across = ("select_across", request.POST.get("select_across", "0"))
    return ask(model_admin, request, hidden=[("action", action), (CONFIRMED, "1"), across, *selected], **page)


def is_confirmed(request):
    return CONFIRMED in request.POST
