"""``jingtu restore``: an installation as it was when a backup was made."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jingtu.errors import ConflictError, InputError

if TYPE_CHECKING:
    from jingtu.platform.ledger.chain import Verification


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="覆盖现有数据；现有数据库另存，不删除")
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def restore(file: Path, force: bool, as_json: bool) -> None:
    """从备份文件恢复，并核验台账；核验不过则保持原状。须先停止服务。

    \b
    例：jingtu restore /备份盘/净土-2024-06-30.tar --force
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    setup(initialised=False)
    from django.conf import settings

    from jingtu.service.cli.serve import serving

    data = settings.CONFIG.data_path
    with serving(data), tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as work:
        document = _restore(file, Path(work), force=force)
    if as_json:
        print_json(document)
        return
    click.echo(
        f"已恢复到 {document['created_at']} 的备份：台账 {document['rows']} 条完好，"
        f"佐证文件 {document['evidence']} 个",
        err=True,
    )
    if document["lost_rows"]:
        click.echo(f"注意：恢复前另有 {document['lost_rows']} 条台账记录不在备份中。", err=True)


def _restore(file: Path, work: Path, *, force: bool) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from jingtu.service import archive

    before = _rows_now()
    if before and not force:
        raise ConflictError(
            f"现有数据库中已有 {before} 条台账记录，恢复会以备份代替；确认请加 --force。", rows=before
        )
    manifest = archive.unpack(file, work)
    if manifest["database"] != connection.vendor:
        raise InputError(
            f"备份来自 {manifest['database']} 数据库，当前配置的是 {connection.vendor}；请改用同类数据库。",
            file=file.name,
        )
    replace = _restore_sqlite if connection.vendor == "sqlite" else _restore_postgresql
    found = replace(file, work)
    copied = _restore_evidence(work / "evidence", Path(settings.MEDIA_ROOT))
    _restore_heads(work / archive.HEADS, settings.CONFIG.heads_path)
    return {
        "created_at": manifest["created_at"],
        "version": manifest["version"],
        "evidence": copied,
        "lost_rows": max(0, before - found.rows),
    } | found.to_json()


def _rows_now() -> int:
    from django.db import DatabaseError

    from jingtu.platform.ledger.models import LedgerRow

    try:
        return LedgerRow.objects.count()
    except DatabaseError:  # no tables yet
        return 0


def _restore_sqlite(file: Path, work: Path) -> Verification:
    """Bring the copy up to date and verify it before it takes the place of the present database."""
    from django.db import connection

    from jingtu.service import archive

    target = connection.settings_dict["NAME"]
    fresh = work / archive.DATABASE["sqlite"]
    connection.close()
    connection.settings_dict["NAME"] = str(fresh)
    try:
        found = _upgrade_and_verify(file, work)
        with connection.cursor() as cursor:
            # Everything into the one file that is going to be moved.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = target
    archive.replace_sqlite(fresh, Path(target))
    return found


def _restore_postgresql(file: Path, work: Path) -> Verification:
    """Set the present tables aside, load and verify; put them back where that fails."""
    from django.db import connection

    from jingtu.service import archive

    archive.set_aside()
    try:
        connection.close()
        archive.restore_postgresql(work / archive.DATABASE["postgresql"], connection.settings_dict, work)
        found = _upgrade_and_verify(file, work)
    except BaseException:
        archive.put_back()
        raise
    archive.drop_aside()
    return found


def _upgrade_and_verify(file: Path, work: Path) -> Verification:
    from django.core.management import call_command
    from django.db import connection

    from jingtu.platform.ledger import chain, protection
    from jingtu.service import archive

    call_command("migrate", verbosity=0, skip_checks=True, interactive=False)
    protection.install(connection)
    found = chain.verify(chain.read_heads(work / archive.HEADS, missing_ok=True))
    if found.first_broken is not None:
        raise InputError(
            f"备份中的台账第 {found.first_broken} 条有问题：{found.reason}；没有恢复任何内容，请换用另一份备份。",
            file=file.name,
            first_broken=found.first_broken,
        )
    return found


def _restore_evidence(source: Path, target: Path) -> int:
    """Add files that are missing; a file is named by its content, so none is replaced or removed."""
    count = 0
    for path in sorted(source.rglob("*")) if source.is_dir() else []:
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                shutil.copyfile(path, place)
                place.chmod(0o600)
            count += 1
    return count


def _restore_heads(source: Path, target: Path) -> None:
    """Heads of rows that the backup does not have would accuse it; they are kept beside it."""
    if target.exists():
        target.replace(target.with_name(f"{target.name}.before-restore"))
    if source.exists():
        shutil.copyfile(source, target)
