"""Opens the pages of one questionnaire as a browser would; prints what each weighs and asks, as JSON.

Usage: page_weights.py CAMPAIGN TOKEN, with the environment of a production process.
"""

import json
import sys
from dataclasses import asdict

import django

django.setup()

from django.urls import reverse  # noqa: E402 Django must be ready

from interviews.collection.invitations import find_invitation  # noqa: E402
from interviews.collection.pages import path_of  # noqa: E402
from interviews.collection.responses import response_of  # noqa: E402
from tests.page_weight import Visit  # noqa: E402

slug, token = sys.argv[1:]
path = path_of(response_of(find_invitation(token)))
visit = Visit()
# Once before: a first request loads templates, which are no part of a page.
Visit().open(reverse("enter", args=[slug]))
addresses = [
    reverse("enter", args=[slug]),
    *(reverse("page", args=[token, page.slug]) for page in path.pages),
    reverse("review", args=[token]),
]
names = ["entry", *(page.slug for page in path.pages), "review"]
weights = [asdict(visit.open(address)) | {"name": name} for name, address in zip(names, addresses, strict=True)]
json.dump(weights, sys.stdout)
