"""The queue's own list leaves the admin: jobs are followed on their page."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
