"""docs/howto/add-a-register.md, followed to the letter in a fresh installation."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOWTO = ROOT / "docs" / "howto" / "add-a-register.md"

SETTINGS = """
import jingtu.programme
jingtu.programme.__path__.append({packages!r})
from jingtu.service.web.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "jingtu.programme.stations"]
ALLOWED_HOSTS = ["testserver"]
"""

USE = """
import io
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "stations", verbosity=0)
call_command("migrate", verbosity=0)
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry

county = create_region("青禾县", "county", code="990122", source="t")
user = User.objects.create(username="u", display_name="王科")
Membership.objects.create(user=user, role=Role.OFFICER, region=county)
client = Client()
client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
home = "/registers/film_stations/"

def page(address, status=200, **data):
    response = client.post(address, data, follow=True) if data else client.get(address)
    assert response.status_code == status, (address, response.status_code, response.content.decode()[-2000:])
    return response.content.decode()

assert "农膜回收站点清单" in page("/registers/")
assert "应为下列之一" in page(home + "new/", 422, name="一号站", code="Z1", region=str(county.uid), f_kind="别的")
page(home + "new/", name="一号站", code="Z1", region=str(county.uid), f_kind="town", f_area_m2="12.5", f_keeper="李四")
entry = Entry.objects.get(code="Z1")
assert "乡镇站" in page(f"{home}{entry.uid}/")
assert "损坏情况：必填" in page(f"{home}{entry.uid}/move/report/", reason="")
assert "已办理“报告损坏”" in page(f"{home}{entry.uid}/move/report/", f_damage="打包机损坏")
assert versions.version_on(entry, timezone.localdate()).state == "damaged"
assert "李四" not in str(list(LedgerRow.objects.values_list("facts", flat=True)))

content = client.get(home + "export/").content
sheet = load_workbook(io.BytesIO(content)).worksheets[0]
assert "场地面积（平方米）" in [cell.value for cell in sheet[1]]
found = client.get("/api/v1/registers/film_stations/entries").json()
assert [item["facts"]["kind"] for item in found["entries"]] == ["town"]
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.importing import dry_run
diff = dry_run(get("film_stations"), io.BytesIO(content), "stations.xlsx", actor=user, on=timezone.localdate())
assert (diff.count("unchanged"), len(diff.rows), diff.errors) == (1, 1, [])
kind = home + "records/film_purchases/"
assert "请写明单位" in page(f"{home}{entry.uid}/records/film_purchases/new/", 422, f_mass_g="300", on=str(timezone.localdate()))
assert "已记录" in page(f"{home}{entry.uid}/records/film_purchases/new/", f_mass_g="12.5千克", on=str(timezone.localdate()))
assert "12.5" in page(kind) and "12.5 千克" in page(f"{home}{entry.uid}/")
records = client.get("/api/v1/registers/film_stations/records/film_purchases").json()["records"]
assert [item["facts"]["mass_g"] for item in records] == [12500]
from jingtu.platform.registers.entry_records import importing
from jingtu.platform.registers.entry_records.declarations import kind_of
content = client.get(kind + "export/").content
again = importing.dry_run(kind_of("film_purchases"), io.BytesIO(content), "again.xlsx", actor=user, on=timezone.localdate())
assert ([line.what for line in again.lines], again.errors) == (["unchanged"], [])
print("followed")
"""


def test_the_page_on_adding_a_register_works_as_written(tmp_path: Path) -> None:
    text = HOWTO.read_text(encoding="utf-8")
    files = re.findall(r"`src/jingtu/programme/(stations/\w+\.py)`\n\n```python\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in files] == [
        "stations/models.py", "stations/permissions.py", "stations/lifecycle.py", "stations/records.py",
        "stations/apps.py",
    ]  # fmt: skip
    packages = tmp_path / "packages"
    for name, content in [*files, ("stations/__init__.py", ""), ("stations/migrations/__init__.py", "")]:
        path = packages / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (tmp_path / "own_settings.py").write_text(SETTINGS.format(packages=str(packages)), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("JINGTU_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "own_settings",
        "JINGTU_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", USE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.strip().endswith("followed")
