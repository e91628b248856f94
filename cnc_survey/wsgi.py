"""WSGI entry point, served by gunicorn (`manage.py serve`) and by `runserver`."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cnc_survey.settings")

application = get_wsgi_application()
if settings.EMBEDDED_WORKER:
    # Only now that the apps are loaded may models be imported.
    from cnc_survey.jobs.worker import start_embedded_worker

    start_embedded_worker()
