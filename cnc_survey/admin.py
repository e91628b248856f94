"""What the admin shows of neither app: accounts, and the log of what people do."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import User
from django_tasks_db.models import DBTaskResult

from .accounts.admin import StaffAdmin
from .audit.admin import AuditEntryAdmin
from .models import AuditEntry

# An account's page does what those of the libraries would, and jobs are followed on their own page.
for model in (User, EmailAddress, Authenticator, DBTaskResult):
    admin.site.unregister(model)
admin.site.register(User, StaffAdmin)
admin.site.register(AuditEntry, AuditEntryAdmin)
