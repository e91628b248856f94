"""The admin of the house: Django's own, its lists in the order of the work."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from cnc_survey.admin_parts import EMPTY


class HouseAdminSite(AdminSite):
    index_title = "Administration"
    empty_value_display = EMPTY
    enable_nav_sidebar = False  # the lists need the room; the index is one click away

    def login(self, request, extra_context=None):
        """Send to the house's own page: it asks for the second factor and locks out whoever guesses."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(reverse("account_login", query={"next": wanted}))

    def get_app_list(self, request, app_label=None):
        """Keep the order of registration, which follows a survey's life; Django's own is alphabetical."""
        return list(self._build_app_dict(request, app_label).values())


class HouseAdminConfig(AdminConfig):
    default_site = "cnc_survey.admin_site.HouseAdminSite"
