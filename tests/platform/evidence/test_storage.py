"""Files kept once by their content; hostile names and contents."""

from __future__ import annotations

import io
import os
import stat
import time
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packing import packed
from tests.platform.evidence import samples

from jingtu.platform.evidence import storage
from jingtu.platform.evidence.kinds import kinds
from jingtu.platform.evidence.models import StoredFile
from jingtu.platform.evidence.refusals import RefusedFileError


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "evidence"
    settings.UPLOAD_BYTES = 3 * 1024 * 1024
    return tmp_path / "evidence"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


GOOD = [
    ("报告.pdf", samples.PDF, "pdf"),
    ("采样点.png", samples.PNG, "png"),
    ("现场.jpg", samples.JPEG, "jpeg"),
    ("现场.HEIC", samples.HEIC, "heic"),
    ("方案.docx", samples.office(), "docx"),
    ("台账.xlsx", samples.office(main="xl/workbook.xml"), "xlsx"),
    ("公文.ofd", samples.archive(OFD_dot_xml=b"<OFD/>"), "ofd"),
    ("材料.zip", samples.archive(a_dot_pdf=samples.PDF), "zip"),
    ("各镇材料.zip", samples.nested(3), "zip"),
    ("旧台账.xls", samples.compound("Root Entry", "Workbook"), "xls"),
    ("旧方案.doc", samples.compound("Root Entry", "WordDocument"), "doc"),
    ("数据.csv", "点位,镉\nS1,0.3\n".encode(), "text"),
    ("数据.csv", "点位,镉\nS1,0.3\n".encode("gb18030"), "text"),
    ("数据.csv", "\ufeff点位,镉\n".encode(), "text"),
    ("数据.txt", "点位\t镉\n".encode("utf-16"), "text"),
    ("长文.txt", ("土" * 70_000).encode(), "text"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "content", "kind"), GOOD, ids=[f"{n}-{k}" for n, _, k in GOOD])
def test_kinds_are_told_by_content(media: Path, name: str, content: bytes, kind: str) -> None:
    stored = storage.store(io.BytesIO(content), name)
    assert stored.media_type == kinds()[kind].media_type
    assert storage.open_file(stored).read() == content
    # The same bytes under the name of another kind are still what they are.
    assert storage.store(io.BytesIO(content), "图片.png") == stored
    assert len(files(media)) == 1


BAD = [
    ("empty", b"", "empty"),
    ("program", b"MZ\x90\x00\x03\x00\x00\x00", "unknown_type"),
    ("elf", b"\x7fELF\x02\x01\x01\x00", "unknown_type"),
    ("page", b"<!DOCTYPE html><script>alert(1)</script>", "unknown_type"),
    ("page behind spaces", b"  \r\n<html>", "unknown_type"),
    ("page with a mark", "\ufeff<html>".encode(), "unknown_type"),
    ("page in utf-16", "<html>".encode("utf-16"), "unknown_type"),
    ("drawing with script", b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "unknown_type"),
    ("xml", b'<?xml version="1.0"?><x/>', "unknown_type"),
    ("noise", bytes(range(256)) * 4, "unknown_type"),
    ("gif", b"GIF89a" + b"\0" * 20, "unknown_type"),
    ("rar", b"Rar!\x1a\x07\x00" + b"\0" * 20, "unknown_type"),
    ("presentation", samples.office(main="ppt/presentation.xml"), "unknown_type"),
    ("old file of another program", samples.compound("Root Entry", "PowerPoint Document"), "unknown_type"),
    ("docm", samples.office(types=samples.MACRO_TYPES), "macros"),
    ("docx with a hidden macro", samples.office(word__vbaProject_dot_bin=b"x"), "macros"),
    (
        "xlsx with a macro sheet",
        samples.office(main="xl/workbook.xml", xl__macrosheets__s_dot_xml=b"x"),
        "macros",
    ),
    ("doc with macros", samples.compound("Root Entry", "WordDocument", "Macros", "_VBA_PROJECT"), "macros"),
    ("encrypted workbook", samples.compound("Root Entry", "EncryptedPackage"), "encrypted"),
    ("encrypted zip", samples.encrypted_zip(), "encrypted"),
    ("cut pdf", samples.PDF[:-7], "damaged"),
    ("cut zip", samples.archive(a_dot_txt=b"x" * 100)[:-30], "damaged"),
    ("zip with a program", samples.archive(a__run_dot_exe=b"x"), "hostile"),
    ("zip with a macro file", samples.archive(a_dot_xlsm=b"x"), "hostile"),
    (
        "zip with a program in a document",
        packed({"一.zip": samples.office(word__a_dot_exe=b"x")}),
        "hostile",
    ),
    ("zip in zip in zip in zip in zip", samples.nested(4), "bomb"),
    ("zip that climbs", packed({"../../etc/cron.d/x": b"x"}), "hostile"),
    ("zip from the root", packed({"/etc/x": b"x"}), "hostile"),
    ("zip with a drive", packed({"C:\\x": b"x"}), "hostile"),
    ("bomb", samples.archive(a_dot_txt=b"\0" * (30 * 1024 * 1024)), "bomb"),
    ("bomb in a document", samples.office(word__media__x_dot_emf=b"\0" * (30 * 1024 * 1024)), "bomb"),
    ("many members", packed({f"{n}.txt": b"" for n in range(5001)}), "bomb"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "reason"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_what_is_not_kept_leaves_nothing_behind(media: Path, content: bytes, reason: str) -> None:
    with pytest.raises(RefusedFileError) as caught:
        storage.store(io.BytesIO(content), "报告.pdf")
    assert caught.value.facts["reason"] == reason
    assert "报告.pdf" in caught.value.message
    assert files(media) == []
    assert not StoredFile.objects.exists()


class Endless(io.RawIOBase):
    """A stream that never ends and counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b"a" * size


@pytest.mark.django_db
def test_a_file_too_large_is_not_read_to_its_end(media: Path) -> None:
    stream = Endless()
    with pytest.raises(RefusedFileError, match="超过 3 MB") as caught:
        storage.store(stream, "大.txt")  # type: ignore[arg-type]
    assert caught.value.facts["reason"] == "too_large"
    assert stream.taken <= 5 * 1024 * 1024
    assert files(media) == []


@pytest.mark.django_db
def test_the_limit_itself_still_fits(media: Path) -> None:
    content = b"a" * (3 * 1024 * 1024)
    assert storage.store(io.BytesIO(content), "边界.txt").size == len(content)


class Broken(io.RawIOBase):
    """A stream whose other end goes away."""

    def __init__(self) -> None:
        self.calls = 0

    def read(self, size: int = -1) -> bytes:
        self.calls += 1
        if self.calls > 1:
            raise OSError("gone")
        return b"a" * 100


@pytest.mark.django_db
def test_a_broken_upload_leaves_nothing(media: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        storage.store(Broken(), "断.txt")  # type: ignore[arg-type]
    assert files(media) == []


@pytest.mark.django_db
@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_files_are_for_the_server_alone(media: Path) -> None:
    stored = storage.store(io.BytesIO(samples.PDF), "a.pdf")
    path = storage.path_of(stored.sha256)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.relative_to(media).parts == (stored.sha256[:2], stored.sha256[2:4], stored.sha256)


@pytest.mark.django_db
def test_changed_bytes_are_noticed(media: Path) -> None:
    stored = storage.store(io.BytesIO(samples.PDF), "a.pdf")
    assert storage.check(stored)
    path = storage.path_of(stored.sha256)
    path.write_bytes(b"other")
    assert not storage.check(stored)
    path.unlink()
    assert not storage.check(stored)


@pytest.mark.django_db
def test_the_sweep_takes_what_no_row_knows_and_is_old(media: Path) -> None:
    kept = storage.path_of(storage.store(io.BytesIO(samples.PDF), "a.pdf").sha256)
    lost = storage.path_of(storage.store(io.BytesIO(samples.PNG), "b.png").sha256)
    StoredFile.objects.filter(sha256=lost.name).delete()
    half = media / "incoming" / "tmp1234"
    half.write_bytes(b"x")
    foreign = media / "aa" / "说明.txt"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("x")
    assert storage.sweep() == 0, "a file of this minute may belong to a step still under way"
    later = time.time() + 2 * 24 * 3600
    assert storage.sweep(later) == 2
    assert kept.exists()
    assert foreign.exists()
    assert not lost.exists()
    assert not half.exists()


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("报告.pdf", "报告.pdf"),
        ("..\\..\\windows\\system32\\报告.pdf", "报告.pdf"),
        ("../../../etc/passwd", "passwd"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ("发票\u202efdp.exe", "发票fdp.exe"),
        ("CON.pdf", "未命名CON.pdf"),
        ("nul", "未命名nul"),
        (".htaccess", "htaccess"),
        ("...", "未命名"),
        ("", "未命名"),
        ("   .  ", "未命名"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
    ],
)
def test_hostile_names(given_name: str, expected: str) -> None:
    assert storage.safe_name(given_name) == expected


@given(st.text(max_size=400))
def test_any_name_becomes_one_plain_component(name: str) -> None:
    safe = storage.safe_name(name)
    assert safe
    assert len(safe) <= 160
    assert len(safe.encode()) <= 250
    assert not set(safe) & set('/\\<>:"|?*\0\r\n\t\u202e\u200b')
    assert safe not in {".", ".."}
    assert safe == safe.strip(". ")
    assert storage.safe_name(safe) == safe


@given(st.text(max_size=40), st.sampled_from(sorted(kinds())))
def test_the_ending_fits_the_content(name: str, kind: str) -> None:
    safe = storage.safe_name(name, kinds()[kind])
    assert safe.rsplit(".", 1)[1].lower() in kinds()[kind].extensions


def test_streams_are_read_in_pieces(media: Path, db: None) -> None:
    """An upload of a gigabyte must not take a gigabyte of memory."""

    class Watched(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0
            self.largest = max(self.largest, size)
            return super().read(size)

    stream: BinaryIO = Watched(b"a" * (2 * 1024 * 1024))
    storage.store(stream, "a.txt")
    assert stream.largest <= 1024 * 1024  # type: ignore[attr-defined]
