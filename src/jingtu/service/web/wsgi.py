"""The WSGI application that ``jingtu serve`` runs, and any other WSGI server may."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from jingtu.platform.collecting import settle
from jingtu.service.lifetime import leave_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
application = get_wsgi_application()
leave_with_server()
get_resolver().url_patterns  # noqa: B018 - loads every page, which the first request would wait for
settle()
