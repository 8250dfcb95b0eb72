"""Every rule table that cites an article of a law we hold leads to the provision."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import jingtu
from jingtu.knowledge.law.citations import resolve
from jingtu.platform.duties import declarations as duties
from jingtu.platform.indicators import declarations as indicators

PACKAGE = Path(jingtu.__file__).parent
# Cited articles that the provisions do not hold: (id of the text, words of the clause), with the reason.
NOT_HELD: dict[tuple[str, str], str] = {}


def citations() -> Iterator[tuple[str, str, str]]:
    """Where it stands, source and clause of every row of every table of rules."""
    for path in sorted(PACKAGE.rglob("data/**/*.csv")):
        if PACKAGE / "knowledge" / "law" in path.parents:
            continue
        with path.open(encoding="utf-8", newline="") as stream:
            rows = csv.DictReader(stream)
            if {"source", "clause"} <= set(rows.fieldnames or ()):
                for row in rows:
                    yield str(path.relative_to(PACKAGE)), row["source"], row["clause"]


def test_every_article_that_a_rule_cites_leads_to_its_provision() -> None:
    lost = {
        (place, citation.law.id, clause)
        for place, source, clause in citations()
        if (citation := resolve(source, clause)).law is not None
        and citation.missing == "article_not_held"
        and (citation.law.id, clause) not in NOT_HELD
    }
    assert lost == set()


def test_a_citation_names_a_text_that_held_when_the_rule_did() -> None:
    rules = [rule for item in indicators.all_indicators() for rule in item.rules]
    rules += [rule for item in duties.all_rules() for rule in item.basis]
    assert rules
    for rule in rules:
        citation = resolve(rule.source, rule.clause)
        for provision in citation.provisions:
            assert provision.in_force(rule.valid_from), (rule.source, rule.clause)


def test_the_tables_cite_the_law_at_all() -> None:
    found = {resolve(source, clause).law for _, source, clause in citations()}
    assert {"spl2018", "eec2026"} <= {law.id for law in found if law is not None}
