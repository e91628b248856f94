"""What the tests of the admin ask of its pages."""

from django.contrib.messages import get_messages
from django.urls import reverse


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def messages_of(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def select(client, model, action, *rows, **sent):
    """Send a list's action for these rows."""
    data = {"action": action, "_selected_action": [row.pk for row in rows]} | sent
    return client.post(address(model, "changelist"), data)
