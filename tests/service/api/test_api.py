"""The API as a whole: one shape of errors, session and CSRF, and a description that changes on purpose."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.test import Client, RequestFactory
from ninja import NinjaAPI, Router, Schema
from ninja.testing import TestClient
from tests.service.api.snapshot import SNAPSHOT, description

from jingtu import errors
from jingtu.platform.people.models import User
from jingtu.service.api import problems
from jingtu.service.api.api import ROUTERS, Renderer


def test_the_description_is_the_committed_one() -> None:
    """After a deliberate change: make openapi-snapshot, and read the difference before committing it."""
    assert json.loads(description()) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_operation_tells_its_problem_document_and_needs_a_session() -> None:
    document = json.loads(description())
    operations = [
        (path, verb, operation)
        for path, item in document["paths"].items()
        for verb, operation in item.items()
    ]
    assert len(operations) >= 20
    for path, verb, operation in operations:
        assert operation["responses"]["default"]["content"].keys() == {"application/problem+json"}, (
            path,
            verb,
        )
        assert operation["security"] == [{"SessionAuth": []}], (path, verb)
        assert operation["summary"], (path, verb)


def test_every_app_with_an_api_is_in_the_table() -> None:
    from pathlib import Path

    import jingtu

    root = Path(jingtu.__file__).parent
    found = {
        ".".join(("jingtu", *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        for floor in ("platform", "programme")
        for path in [*(root / floor).rglob("api.py"), *(root / floor).rglob("api/__init__.py")]
    }
    assert found == {module for _, module in ROUTERS}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["ledger/rows", "ledger/verify", "openapi.json?x=1", "nothing/here", "nowhere"]
)
def test_no_session_no_answer(client: Client, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    if path.startswith("openapi"):
        assert answer.status_code == 200
        return
    expected = (404, "not_found") if path.startswith("no") else (401, "login_required")
    document = json.loads(answer.content)
    assert (answer.status_code, document["code"]) == expected
    assert answer["Content-Type"] == "application/problem+json"


class Wanted(Schema):
    """A body with one field."""

    count: int


class Raiser:
    """An API of its own, with the handlers of ours, whose one operation raises what it is told."""

    def __init__(self) -> None:
        self.error: Exception = RuntimeError()
        self.api = NinjaAPI(urls_namespace="raiser", renderer=Renderer(), docs_url=None)
        problems.install(self.api)
        router = Router()

        @router.get("/raise")
        def raise_it(request: HttpRequest) -> None:
            raise self.error

        @router.post("/validate")
        def validate(request: HttpRequest, wanted: Wanted) -> None: ...

        self.api.add_router("", router)
        self.client = TestClient(self.api)


@pytest.fixture(scope="module")
def raiser() -> Raiser:
    return Raiser()


CELL = errors.CellError("面积应为数字", file="清单.xlsx", sheet="地块", row=7, column="面积", value="五亩")
RAISED: list[tuple[Exception, int, str]] = [
    (errors.InputError("共 1 处错误", [CELL], file="清单.xlsx"), 422, "bad_input"),
    (errors.UnreadableDocumentError("文件已加密", reason="encrypted"), 422, "unreadable_document"),
    (errors.NotConfiguredError("基数未配置"), 409, "not_configured"),
    (errors.PermissionDeniedError("没有权限"), 403, "permission_denied"),
    (errors.NotFoundError("没有这项任务"), 404, "not_found"),
    (errors.ConflictError("已被他人修改", seen=object()), 409, "conflict"),
    (Http404(), 404, "not_found"),
    (PermissionDenied(), 403, "permission_denied"),
    (MultiPartParserError("no boundary"), 400, "bad_request"),
    (RequestDataTooBig("too many fields"), 400, "bad_request"),
    (ZeroDivisionError("secret detail"), 500, "unexpected"),
]


@pytest.mark.parametrize(("error", "status", "code"), RAISED, ids=lambda value: str(value)[:20])
def test_every_error_is_a_problem_document(raiser: Raiser, error: Exception, status: int, code: str) -> None:
    raiser.error = error
    answer = raiser.client.get("/raise")
    document = answer.json()
    assert answer.status_code == document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"urn:jingtu:error:{code}"
    assert set(problems.SCHEMA["required"]) == document.keys()
    assert document["title"]
    assert document["detail"]
    assert "secret" not in answer.content.decode()


def test_the_cell_of_a_bad_file_is_told(raiser: Raiser) -> None:
    raiser.error = RAISED[0][0]
    assert raiser.client.get("/raise").json()["errors"] == [CELL.to_json()]


def test_an_unexpected_error_gives_a_number_that_is_in_the_log(
    raiser: Raiser, caplog: pytest.LogCaptureFixture
) -> None:
    raiser.error = ZeroDivisionError("secret detail")
    reference = raiser.client.get("/raise").json()["facts"]["reference"]
    (record,) = [record for record in caplog.records if record.name == problems.__name__]
    assert reference in record.getMessage()
    assert record.exc_info is not None


def test_every_bad_field_of_a_request_is_told_at_once(raiser: Raiser) -> None:
    document = raiser.client.post("/validate", json={"count": "many"}).json()
    assert (document["status"], document["code"]) == (422, "bad_input")
    assert [error["location"][-1] for error in document["errors"]] == ["count"]


def test_every_error_class_has_a_status_and_a_code_of_its_own() -> None:
    def below(kind: type[errors.JingtuError]) -> list[type[errors.JingtuError]]:
        return [kind, *(item for sub in kind.__subclasses__() for item in below(sub))]

    known = below(errors.JingtuError)
    assert len({kind.code for kind in known}) == len(known)
    for kind in known:
        error = kind("说明")
        answer = problems.from_error(RequestFactory().get("/api/v1/x"), error)
        assert 400 <= answer.status_code < 500


@pytest.mark.django_db
def test_a_change_needs_the_token_of_the_session() -> None:
    """The cookie alone, which a foreign page could make a browser send, changes nothing."""
    user = User.objects.create_user("clerk", "a long password", display_name="经办人")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    path = next(path for path, item in json.loads(description())["paths"].items() if "post" in item)
    path = (
        path.replace("{uid}", "00000000-0000-0000-0000-000000000000")
        .replace("{id}", "x")
        .replace("{move}", "x")
    )
    answer = client.post(path, data="{}", content_type="application/json")
    assert answer.status_code == 403
    assert json.loads(answer.content)["code"] == "permission_denied"


def test_answers_are_readable_chinese() -> None:
    rendered: Any = Renderer().render(RequestFactory().get("/"), {"name": "示例县"}, response_status=200)
    assert rendered == '{"name": "示例县"}'
