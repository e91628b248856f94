import pytest
from tests.interviews.views.test_page_weight import *
@pytest.mark.django_db
def test_show(weights):
    for n, w in weights.items(): print(n, w.size, w.queries)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.test import Client
    for n in ("review","profile"):
        with CaptureQueriesContext(connection) as q: Client().get(weights[n].address)
        for x in q.captured_queries: print(n, x["sql"][:90], "...", x["sql"][x["sql"].find("FROM"):][:110])
