"""The WSGI application that ``jingtu serve`` runs, and any other WSGI server may."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from jingtu.service.lifetime import leave_with_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
application = get_wsgi_application()
leave_with_server()
