"""Partners' links, as the staff keep them."""

import pytest
from django.urls import reverse

from interviews.models import OpenLink
from tests.factories import make_campaign, make_open_link, make_response

pytestmark = pytest.mark.django_db


def test_a_partner_link_shows_the_address_to_pass_on_and_what_came_by_it(admin_client):
    campaign = make_campaign()
    link = make_open_link(campaign)
    make_response(campaign, "r1", open_link=link)
    make_response(campaign, "r2", open_link=link, submitted_at=None)
    make_response(campaign, "r3")
    (row,) = admin_client.get(reverse("admin:interviews_openlink_changelist")).context["cl"].result_list
    assert (row.started_count, row.submitted_count) == (2, 1)
    page = admin_client.get(reverse("admin:interviews_openlink_change", args=[link.pk])).content.decode()
    assert ">http://testserver/participer/vague-1/?par=guilde<" in page


def test_a_code_passed_on_never_changes(admin_client):
    link = make_open_link(make_campaign())
    address = reverse("admin:interviews_openlink_change", args=[link.pk])
    admin_client.post(address, {"partner": "La Guilde des scénaristes", "code": "autre"})
    assert list(OpenLink.objects.values_list("partner", "code")) == [("La Guilde des scénaristes", "guilde")]


def test_only_a_link_by_which_nobody_came_can_be_deleted(admin_client):
    campaign = make_campaign()
    used, unused = make_open_link(campaign), make_open_link(campaign, code="erreur")
    make_response(campaign, open_link=used)
    answers = [
        admin_client.post(reverse("admin:interviews_openlink_delete", args=[link.pk]), {"post": "yes"})
        for link in (used, unused)
    ]
    assert [answer.status_code for answer in answers] == [403, 302]
    assert list(OpenLink.objects.all()) == [used]
