"""The rows of a list as HTML: what is not safe is escaped, wherever it stands."""

from __future__ import annotations

from django.http import QueryDict
from django.utils.html import format_html

from jingtu.platform.pages.html import badge
from jingtu.platform.pages.keyset import Count
from jingtu.platform.pages.tables import Column, build


def test_labels_and_values_are_escaped_and_safe_ones_stay() -> None:
    columns = [
        Column("a", '面积"{亩}', lambda row: row[0], css="num"),
        Column("b", "名称", lambda row: format_html("<b>{}</b>", row[1])),
        Column("c", "备注", lambda row: row[2]),
    ]
    rows = [(1, "甲&乙", "<script>"), (0, "{丙}", None)]
    body = build(columns, rows, QueryDict(), total=Count(2)).body
    begin = '<tr><td class="num" data-label="面积&quot;{亩}">'
    name, note = '</td><td class="" data-label="名称">', '</td><td class="" data-label="备注">'
    assert body == (
        f"{begin}1{name}<b>甲&amp;乙</b>{note}&lt;script&gt;</td></tr>\n{begin}0{name}<b>{{丙}}</b>{note}</td></tr>"
    )
    assert body.__html__() == body


def test_a_safe_badge_does_not_make_its_label_safe_for_the_next() -> None:
    assert badge(format_html("<i>{}</i>", "甲")).endswith("<i>甲</i></span>")
    assert badge("<i>甲</i>").endswith("&lt;i&gt;甲&lt;/i&gt;</span>")
