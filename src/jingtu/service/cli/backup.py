"""``jingtu backup``: everything of an installation in one file, while it is in use."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from jingtu.errors import ConflictError


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="覆盖已有文件")
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印一份 JSON")
def backup(file: Path, force: bool, as_json: bool) -> None:
    """把数据库、佐证材料和台账链头备份到一个文件；服务不必停止。

    \b
    例：jingtu backup /备份盘/净土-2024-06-30.tar
    """  # noqa: D301 - click reads the escape as the character it is
    from jingtu.service.cli.django import setup
    from jingtu.service.cli.main import print_json

    if file.exists() and not force:
        raise ConflictError(f"文件“{file}”已存在；确认覆盖请加 --force。", file=str(file))
    setup()
    from django.conf import settings

    from jingtu.service import archive

    with tempfile.TemporaryDirectory(dir=settings.CONFIG.data_path, prefix=".backup-") as work:
        manifest = archive.pack(
            file.resolve(),
            Path(work),
            evidence=Path(settings.MEDIA_ROOT),
            heads=settings.CONFIG.heads_path,
            say=lambda text: click.echo(text, err=True) if not as_json else None,
        )
    if as_json:
        print_json(
            {"file": str(file), "bytes": file.stat().st_size, "files": len(manifest["sha256"])}
            | {name: manifest[name] for name in ("version", "created_at", "database")}
        )
    else:
        click.echo(f"备份完成：{file}（{file.stat().st_size / 1024 / 1024:.1f} MiB）", err=True)
