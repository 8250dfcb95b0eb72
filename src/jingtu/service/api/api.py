"""The API under ``/api/v1``: the routers of all apps, one session, one shape of errors.

There is no page of documentation with assets from elsewhere; ``/api/v1/openapi.json`` describes it, and
the committed snapshot of that document changes only on purpose.
"""

from __future__ import annotations

import json
from importlib import import_module, metadata
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer
from ninja.security import SessionAuth

from jingtu.service.api import problems

# Prefix -> module with a `router`.
ROUTERS: tuple[tuple[str, str], ...] = (
    ("", "jingtu.platform.regions.api"),
    ("", "jingtu.programme.plans.api"),
    ("", "jingtu.platform.registers.api"),
    ("", "jingtu.platform.organisations.api"),
    ("", "jingtu.platform.draws.api"),
    ("", "jingtu.platform.filings.api"),
    ("", "jingtu.platform.indicators.api"),
    ("", "jingtu.programme.sources.metals.api"),
    ("", "jingtu.platform.duties.api"),
    ("ledger", "jingtu.platform.ledger.api"),
    ("", "jingtu.platform.evidence.laboratory.api"),
    ("", "jingtu.platform.scorecards.api"),
    ("", "jingtu.platform.jobs.api"),
)


class Renderer(BaseRenderer):
    """JSON in UTF-8: Chinese is readable in it."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:  # noqa: ARG002
        return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)


class Api(NinjaAPI):
    """django-ninja's API; every operation also tells its problem document."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = problems.SCHEMA
        answer = {
            "description": "Any error",
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = answer
        return schema


def build() -> Api:
    """Assemble the API."""
    api = Api(
        title="净土 Jingtu",
        version="1",
        description=metadata.metadata("jingtu")["Summary"],
        docs_url=None,
        auth=SessionAuth(),
        renderer=Renderer(),
        urls_namespace="api",
    )
    problems.install(api)
    for prefix, module in ROUTERS:
        api.add_router(prefix, import_module(module).router)
    return api
