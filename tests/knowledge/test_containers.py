"""Zip containers that would hurt, lie or climb are refused; whatever bytes come, one kind of error."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packing import packed

from jingtu.knowledge.containers import Container, ContainerError, ContainerLimits

MIB = 1024 * 1024
LIMITS = ContainerLimits(entries=100, total_bytes=8 * MIB, entry_bytes=4 * MIB, ratio_from=MIB)
LOOKING = dataclasses.replace(LIMITS, nesting=2)


def opened(data: bytes, limits: ContainerLimits = LIMITS) -> Container:
    return Container(io.BytesIO(data), limits)


def reason(data: bytes, limits: ContainerLimits = LIMITS) -> str:
    with pytest.raises(ContainerError) as caught:
        opened(data, limits)
    assert caught.value.message.endswith("。")
    return str(caught.value.facts["reason"])


def header(name: bytes, content: bytes, body: bytes) -> bytes:
    """A local header and the packed bytes behind it."""
    return (
        struct.pack(
            "<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0x21, zlib.crc32(content), len(body), len(content),
            len(name), 0,
        )
        + name + body
    )  # fmt: skip


def directory(entries: list[tuple[bytes, int]], content: bytes, body: bytes, start: int) -> bytes:
    """A directory in which every entry claims the same packed bytes at its own offset."""
    rows = b"".join(
        struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0x21, zlib.crc32(content), len(body),
            len(content), len(name), 0, 0, 0, 0, 0, offset,
        )
        + name
        for name, offset in entries
    )  # fmt: skip
    count = min(len(entries), 0xFFFF)
    return rows + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(rows), start, 0)


def deflated(content: bytes) -> bytes:
    worker = zlib.compressobj(9, zlib.DEFLATED, -15)
    return worker.compress(content) + worker.flush()


def test_what_is_in_comes_out_under_plain_names() -> None:
    with opened(packed({"word\\a.xml": b"<a/>", "图/一.png": b"\x89PNG"})) as container:
        assert container.names == ("word/a.xml", "图/一.png")
        assert container.read("word/a.xml") == b"<a/>"
        assert container.read("图/一.png") == b"\x89PNG"
        assert container.read("word/b.xml") is None


def test_an_empty_container_is_a_container() -> None:
    with opened(packed({})) as container:
        assert container.names == ()


def test_a_part_that_inflates_beyond_reason() -> None:
    data = packed({"a.xml": b" " * (3 * MIB)})
    assert len(data) < 10_000
    assert reason(data) == "bomb"
    # A small part cannot hurt, whatever its ratio.
    opened(packed({"a.xml": b" " * (MIB // 2)}))


def test_all_parts_together() -> None:
    assert reason(packed({f"{n}": b" " * MIB for n in range(9)})) == "too_large"


def test_a_part_is_read_no_further_than_allowed() -> None:
    data = packed({"a": bytes(range(256)) * 20_000, "b": b"b"}, zipfile.ZIP_STORED)
    with opened(data) as container:
        with pytest.raises(ContainerError) as caught:
            container.read("a")
        assert caught.value.reason == "too_large"
        assert container.read("b") == b"b"


def test_a_directory_that_lies_about_the_size_is_not_followed() -> None:
    data = packed({"a": b" " * (30 * MIB)})
    true = struct.pack("<I", 30 * MIB)
    assert data.count(true) == 2
    with opened(data.replace(true, struct.pack("<I", 1000))) as container:
        tracemalloc.start()
        with pytest.raises(ContainerError) as caught:
            container.read("a")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert caught.value.reason == "damaged"
        assert peak < 4 * MIB


def test_too_many_parts() -> None:
    assert reason(packed({f"{n}": b"" for n in range(101)})) == "too_many"


def test_a_directory_of_a_hundred_thousand_entries_is_not_laid_out() -> None:
    body = deflated(b"")
    start = header(b"a", b"", body)
    data = start + directory([(b"%d" % n, 0) for n in range(100_000)], b"", body, len(start))
    stream = io.BytesIO(data)
    tracemalloc.start()
    with pytest.raises(ContainerError) as caught:
        Container(stream, LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.reason == "too_many"
    assert peak < MIB


def test_parts_that_share_their_packed_bytes() -> None:
    """The bomb that needs no nesting: each entry claims all that stands behind it."""
    content = b"x" * 50_000
    body = deflated(content)
    start = header(b"a", content, body)
    data = start + directory([(b"%d" % n, 0) for n in range(50)], content, body, len(start))
    assert reason(data) == "bomb"


@pytest.mark.parametrize("name", ["../a", "a/../../b", "..\\a", "/etc/a", "\\a", "C:\\a", "c:a"])
def test_names_that_climb(name: str) -> None:
    assert reason(packed({name: b""})) == "hostile"


def test_a_name_behind_a_nul() -> None:
    data = packed({"aXb.exe": b""}).replace(b"aXb.exe", b"a\0b.exe")
    assert reason(data) == "hostile"


@pytest.mark.parametrize("name", ["a..b", "..a/b", "a/...", "一/二：三"])
def test_names_that_only_look_odd(name: str) -> None:
    assert opened(packed({name: b""})).names == (name,)


def test_office_files_may_begin_names_with_a_slash() -> None:
    limits = dataclasses.replace(LIMITS, rooted_names=True)
    with opened(packed({"/word/document.xml": b"<a/>"}), limits) as container:
        assert container.read("word/document.xml") == b"<a/>"
    assert reason(packed({"/../a": b""}), limits) == "hostile"


def test_two_parts_of_one_name() -> None:
    stored = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stored, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    assert reason(stored.getvalue()) == "damaged"


def test_encrypted() -> None:
    data = bytearray(packed({"a.txt": b"secret"}))
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert reason(bytes(data)) == "encrypted"


def test_a_wrong_checksum() -> None:
    data = bytearray(packed({"a.txt": b"secret"}, zipfile.ZIP_STORED))
    data[data.find(b"secret")] ^= 0xFF
    with opened(bytes(data)) as container, pytest.raises(ContainerError) as caught:
        container.read("a.txt")
    assert caught.value.reason == "damaged"


def test_cut_anywhere_it_is_damaged() -> None:
    data = packed({"a.txt": b"secret" * 20, "b.txt": b"b"})
    assert {reason(data[:end]) for end in range(len(data))} == {"damaged"}


class TestNesting:
    def test_containers_are_left_closed_unless_asked_for(self) -> None:
        inner = packed({"../a": b""})
        with opened(packed({"a.zip": inner})) as container:
            assert container.nested_names == ()
            assert container.read("a.zip") == inner

    def test_names_of_all_levels_are_known(self) -> None:
        document = packed({"word/document.xml": b"<a/>"})
        data = packed({"镇.zip": packed({"报告.docx": document, "说明.txt": b"x"}), "表.txt": b"PK"})
        names = opened(data, LOOKING).nested_names
        assert names == ("报告.docx", "说明.txt", "word/document.xml")

    def test_an_extension_hides_nothing(self) -> None:
        assert reason(packed({"照片.jpg": packed({"../a": b""})}), LOOKING) == "hostile"

    def test_deeper_than_a_person_packs(self) -> None:
        data = packed({"a": b""})
        for _ in range(2):
            data = packed({"a.zip": data})
        opened(data, LOOKING)
        assert reason(packed({"a.zip": data}), LOOKING) == "nested"

    def test_a_container_without_end(self) -> None:
        """Each level holds the next one many times: what a file that holds itself does to a reader."""
        data = packed({"a": b" " * 1000})
        for _ in range(12):
            data = packed({f"{n}.zip": data for n in range(4)})
        assert reason(data, LOOKING) in {"nested", "too_large"}

    def test_the_levels_share_one_budget(self) -> None:
        filler = {"a": bytes(range(256)) * 10_000}
        one = packed(filler, zipfile.ZIP_STORED)
        opened(packed({"1.zip": one}, zipfile.ZIP_STORED), LOOKING)
        assert reason(packed({"1.zip": one, "2.zip": one}, zipfile.ZIP_STORED), LOOKING) == "too_large"

    def test_an_encrypted_one_inside(self) -> None:
        inner = bytearray(packed({"a.txt": b"secret"}))
        inner[inner.find(b"PK\x01\x02") + 8] |= 1
        assert reason(packed({"a.zip": bytes(inner)}), LOOKING) == "encrypted"

    def test_a_part_packed_in_a_way_nobody_here_knows_stays_closed(self) -> None:
        data = packed({"大.zip": b"PK\x03\x04"}, zipfile.ZIP_STORED)
        local, central = data.find(b"PK\x03\x04") + 8, data.find(b"PK\x01\x02") + 10
        changed = bytearray(data)
        changed[local] = changed[central] = 9
        container = opened(bytes(changed), LOOKING)
        with pytest.raises(ContainerError):
            container.read("大.zip")


@given(
    cuts=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4)), min_size=1, max_size=6),
    method=st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)),
)
def test_whatever_bytes_come_there_is_one_kind_of_error(cuts: list[tuple[int, bytes]], method: int) -> None:
    data = bytearray(packed({"a.txt": b"secret" * 30, "b.zip": packed({"c": b"c"}, method)}, method))
    for place, change in cuts:
        start = place % len(data)
        data[start : start + len(change)] = change
    with contextlib.suppress(ContainerError), opened(bytes(data), LOOKING) as container:
        for name in container.names:
            container.read(name)
