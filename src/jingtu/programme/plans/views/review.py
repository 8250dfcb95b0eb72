"""Review of a draft: source left, reading right; confirm, correct, split, merge, add, one by one or all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform.indicators import declarations
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.programme.plans import actions, marks
from jingtu.programme.plans.comparing import words
from jingtu.programme.plans.drafting import LABELS, UNIT_FIELDS, title_of
from jingtu.programme.plans.models import DraftItem, Plan
from jingtu.programme.plans.templatetags.plans import goal_words
from jingtu.programme.plans.views.common import may, readable_plan
from jingtu.programme.plans.views.plans import progress_of

COMPARATORS = (
    (">=", "不低于（≥）"), ("<=", "不高于（≤）"), ("=", "等于"), (">", "高于（＞）"), ("<", "低于（＜）"),
    ("≈", "约"), ("text", "文字要求"),
)  # fmt: skip
TARGET_KINDS = (
    ("number", "数值"), ("class", "类别"), ("stable", "保持稳定"), ("no_increase", "不新增"),
    ("decrease", "下降"), ("rule", "按规定"), ("reference", "参照其他文件"), ("text", "文字"),
)  # fmt: skip
SHOWN = {
    "task": (*UNIT_FIELDS, "deadlines", "quantities", "deliverables"),
    "target": ("scope", "base", "due", "definition"),
    "form_row": ("group", "responsible_units"),
}
EDIT_FIELDS = {
    "task": ("title", "number", "section", "text", *UNIT_FIELDS),
    "target": (
        "indicator", "indicator_id", "scope", "comparator", "value", "unit", "kind", "due", "base", "definition",
    ),
    "form_row": ("group", "number", "item", "responsible_units"),
}  # fmt: skip
LOW_CONFIDENCE = 0.7
VERBS = {"confirm", "reject", "edit", "split", "restore", "match"}
_SENTENCE_END = re.compile(r"[。；\n]+")


def reviewable(request: HttpRequest, uid: UUID) -> Plan:
    """A plan that the user may review; 403 for readers who do not load or confirm plans."""
    plan = readable_plan(request, uid)
    user = page_user(request)
    reviewers = [policies.reach(user, name) for name in ("plans.load", "plans.confirm")]
    if not any(reach.allows(plan.region.path) for reach in reviewers):
        raise PermissionDeniedError("校对计划由本级生态环境部门的经办人和局领导办理。")
    return plan


def shown_item(item: DraftItem) -> dict[str, Any]:
    """What the review page shows of one item."""
    content = item.content
    kind = str(item.kind)
    facts = [(LABELS[name], words(name, content.get(name))) for name in SHOWN[kind] if content.get(name)]
    if kind == "target":
        facts.insert(0, ("目标值", goal_of(content)))
        if content.get("indicator_id"):
            indicator = declarations.get(content["indicator_id"])
            if indicator is not None:
                facts.append(("自动计算", indicator.name))
    return {
        "item": item,
        "key": str(item.uid),
        "kind": kind,
        "title": title_of(kind, content) or "未写明名称",
        "number": content.get("number") or "",
        "section": content.get("section") or "",
        "text": content.get("text") or "",
        "facts": facts,
        "doubtful": float(content.get("confidence") or 1) < LOW_CONFIDENCE,
        "open": item.state != DraftItem.State.REPLACED,
        "removed": item.change == DraftItem.Change.REMOVED,
    }


def goal_of(content: Mapping[str, Any]) -> str:
    """The target value in words."""
    return "文字要求" if content.get("value") is None else goal_words(content)


@needs("plans.read")
@require_GET
def review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The review page; with ``?item=`` and ``?form=`` only the form for one item."""
    plan = reviewable(request, uid)
    edits = may(request, "plans.load", plan.region.path) and plan.state == Plan.State.DRAFT
    if request.GET.get("form"):
        return _form(request, plan)
    if plan.state not in {Plan.State.DRAFT, Plan.State.DISCARDED}:
        return HttpResponseRedirect(reverse("plan", args=[uid]))
    items = [item for item in plan.items.all() if item.state != DraftItem.State.REPLACED]
    found = [mark for item in items for mark in marks.marks_of(str(item.kind), item.content, str(item.uid))
             if item.change != DraftItem.Change.REMOVED]  # fmt: skip
    groups = []
    for kind, label in DraftItem.Kind.choices:
        rows = [shown_item(item) for item in items if item.kind == kind]
        groups.append({"kind": kind, "label": label, "rows": rows})
    changes: dict[str, int] = defaultdict(int)
    for item in items:
        changes[item.change] += 1
    return render(
        request,
        "plans/review.html",
        {
            "plan": plan,
            "segments": marks.segments(plan.text, found),
            "groups": groups,
            "counts": progress_of(plan),
            "changes": dict(changes) if plan.amends else {},
            "warnings": plan.reading.get("warnings", []),
            "legend": [(kind, marks.LABELS[kind]) for kind in marks.LABELS],
            "edits": edits,
            "may_confirm": may(request, "plans.confirm", plan.region.path) and plan.state == Plan.State.DRAFT,
            "tab": "plans",
        },
    )


def _item(plan: Plan, uid: UUID | str) -> DraftItem:
    try:
        wanted = UUID(str(uid))
    except ValueError:
        raise NotFoundError("没有找到这一条，请刷新页面。") from None
    item = plan.items.filter(uid=wanted).first()
    if item is None:
        raise NotFoundError("没有找到这一条，请刷新页面。")
    item.plan = plan
    return item


def _form(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The form for correcting or splitting one item, or adding one, as a fragment."""
    policies.require(page_user(request), "plans.load", plan.region.path)
    form = request.GET.get("form", "")
    if form == "add":
        kind = request.GET.get("kind", "task")
        return render(
            request,
            "plans/item_add.html",
            {"plan": plan, "kind": kind if kind in DraftItem.Kind.values else "task", **_choices()},
        )
    item = _item(plan, request.GET.get("item", ""))
    if form == "split":
        return render(
            request, "plans/item_split.html", {"plan": plan, "item": item, "parts": sentences(item)}
        )
    content = {name: _plain(name, item.content.get(name)) for name in EDIT_FIELDS[str(item.kind)]}
    return render(
        request,
        "plans/item_edit.html",
        {
            "plan": plan,
            "item": item,
            "kind": str(item.kind),
            "content": content,
            "raw": item.content,
            "labels": LABELS,
            "units": [(name, LABELS[name], content.get(name, "")) for name in UNIT_FIELDS],
            "live": _live(plan, item),
            **_choices(item.content.get("indicator_id")),
        },
    )


def _choices(current: str | None = None) -> dict[str, Any]:
    """Choices of the forms; what the reader tied to an indicator that no register computes yet stays one."""
    indicators = [(one.id, one.name) for one in declarations.all_indicators()]
    if current and declarations.get(current) is None:
        indicators.append((current, "已识别的指标（清单尚未建立，暂由人工填报）"))
    return {
        "comparators": COMPARATORS,
        "target_kinds": TARGET_KINDS,
        "indicators": indicators,
        "unit_fields": [(name, LABELS[name]) for name in UNIT_FIELDS],
    }


def _plain(name: str, value: Any) -> Any:
    return words(name, value) if name.endswith("_units") else ("" if value is None else value)


def _live(plan: Plan, item: DraftItem) -> list[tuple[str, str]]:
    """Items of the plan in force that an item may continue."""
    if plan.amends is None:
        return []
    rows = plan.amends.items.filter(
        kind=item.kind, state=DraftItem.State.CONFIRMED, matches_uid__isnull=False
    )
    return [(str(one.matches_uid), title_of(str(one.kind), one.content)) for one in rows]


def sentences(item: DraftItem) -> list[tuple[int, str]]:
    """Sentences of a task's text with the place each begins.

    Examples
    --------
    >>> sentences(DraftItem(content={"text": "排查。整治；销号。"}))
    [(0, '排查。'), (3, '整治；'), (6, '销号。')]
    """
    text = str(item.content.get("text") or "")
    found = []
    start = 0
    for end in [match.end() for match in _SENTENCE_END.finditer(text)] + [len(text)]:
        if text[start:end].strip():
            found.append((start, text[start:end]))
        start = end
    return found


@needs("plans.read")
@require_POST
def item(request: HttpRequest, uid: UUID, item: UUID, verb: str) -> HttpResponse:
    """Confirm, reject, correct, split, restore or match one item."""
    plan = reviewable(request, uid)
    policies.require(page_user(request), "plans.load", plan.region.path)
    if verb not in VERBS:
        raise NotFoundError("没有这种操作。")
    found = _item(plan, item)
    action = _action(request, found, verb)
    if not request.headers.get("HX-Request"):
        done = {"confirm": "已确认。", "reject": "已标为不采用。", "edit": "已修改并确认。", "split": "已拆分。",
                "restore": "已恢复为系统读出的内容。", "match": "已对应。"}[verb]  # fmt: skip
        address = reverse("plan_review", args=[uid])
        return act(request, action, done=done, to=f"{address}#item-{item}", back=f"{address}#item-{item}")
    page_context(request).require_present()
    action.execute()
    found.refresh_from_db()
    return render(
        request,
        "plans/item_answer.html",
        {"row": shown_item(found), "plan": plan, "counts": progress_of(plan), "edits": True,
         "may_confirm": may(request, "plans.confirm", plan.region.path)},
    )  # fmt: skip


def _action(request: HttpRequest, found: DraftItem, verb: str) -> Any:
    user, on = page_user(request), page_context(request).on
    data = request.POST
    revision = int(data["revision"]) if data.get("revision", "").isdigit() else None
    if verb == "confirm":
        return actions.ConfirmItem(user, on, found, revision=revision)
    if verb == "reject":
        return actions.RejectItem(user, on, found, revision=revision)
    if verb == "restore":
        return actions.RestoreItem(user, on, found, revision=revision)
    if verb == "match":
        wanted = data.get("continues", "")
        return actions.MatchItem(user, on, found, UUID(wanted) if wanted else None, revision=revision)
    if verb == "split":
        return actions.SplitItem(user, on, found, _parts(found, data), revision=revision)
    return actions.EditItem(user, on, found, changes_of(found, data), revision=revision)


def _parts(found: DraftItem, data: QueryDict) -> list[dict[str, Any]]:
    """Parts of a task, cut before the chosen sentences."""
    text = str(found.content.get("text") or "")
    places = {start for start, _ in sentences(found)}
    cuts = sorted({int(cut) for cut in data.getlist("cut") if cut.isdigit() and int(cut) in places} | {0})
    ends = [*cuts[1:], len(text)]
    return [{"range": [start, end]} for start, end in zip(cuts, ends, strict=True)]


def changes_of(found: DraftItem, data: QueryDict) -> dict[str, Any]:
    """The fields of the form that differ from the item."""
    kind = str(found.kind)
    changes: dict[str, Any] = {}
    for name in EDIT_FIELDS[kind]:
        if name in data and str(_plain(name, found.content.get(name))) != data.get(name, "").strip():
            changes[name] = data.get(name, "").strip()
    if kind == "target":
        cumulative = data.get("cumulative") == "1"
        if cumulative != bool(found.content.get("cumulative")):
            changes["cumulative"] = cumulative
    if kind == "task":
        changes |= _lists_of(found.content, data)
    return changes


def _lists_of(content: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if "deadline_text" in data:
        old = list(content.get("deadlines") or [])
        rows = []
        for place, (text, due) in enumerate(
            zip(data.getlist("deadline_text"), data.getlist("deadline_due"), strict=False)
        ):
            if not text.strip():
                continue
            base = (
                dict(old[place])
                if place < len(old)
                else {"kind": "deadline", "recurrence": None, "spans": []}
            )
            rows.append({**base, "text": text.strip(), "due": due or None})
        if rows != old:
            changes["deadlines"] = rows
    if "deliverables" in data:
        old = list(content.get("deliverables") or [])
        kept = {one["name"]: one for one in old}
        names = [line.strip() for line in data.get("deliverables", "").splitlines() if line.strip()]
        rows = [kept.get(name, {"name": name, "kind": "other", "spans": []}) for name in names]
        if rows != old:
            changes["deliverables"] = rows
    if data.get("quantities_shown"):
        old = list(content.get("quantities") or [])
        keep = set(data.getlist("quantity"))
        rows = [one for place, one in enumerate(old) if str(place) in keep]
        if rows != old:
            changes["quantities"] = rows
    return changes


@needs("plans.read")
@require_POST
def merge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Several tasks are one."""
    plan = reviewable(request, uid)
    policies.require(page_user(request), "plans.load", plan.region.path)
    items = [_item(plan, key) for key in request.POST.getlist("item")]
    address = reverse("plan_review", args=[uid])
    if len(items) < 2:
        tell(request, JingtuError("请先勾选两条以上任务，再合并。"))
        return HttpResponseRedirect(address)
    action = actions.MergeItems(page_user(request), page_context(request).on, items)
    return act(
        request, action, done="已合并。", to=lambda merged: f"{address}#item-{merged.uid}", back=address
    )


@needs("plans.read")
@require_POST
def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A target, task or form row that the reader missed."""
    plan = reviewable(request, uid)
    policies.require(page_user(request), "plans.load", plan.region.path)
    kind = request.POST.get("kind", "")
    names = EDIT_FIELDS.get(kind, ())
    content: dict[str, Any] = {name: request.POST[name].strip() for name in names if request.POST.get(name)}
    address = reverse("plan_review", args=[uid])
    action = actions.AddItem(page_user(request), page_context(request).on, plan, kind, content)
    return act(request, action, done="已补充。", to=lambda made: f"{address}#item-{made.uid}", back=address)


@needs("plans.read")
@require_POST
def confirm_all(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Confirm what is pending: everything, one kind, or what an amendment left the same."""
    plan = reviewable(request, uid)
    policies.require(page_user(request), "plans.load", plan.region.path)
    kind = request.POST.get("kind", "")
    action = actions.ConfirmUnchanged(
        page_user(request),
        page_context(request).on,
        plan,
        only_same=request.POST.get("only") == "same",
        kind=kind if kind in DraftItem.Kind.values else "",
    )
    return act(request, action, done="已批量确认。", to=reverse("plan_review", args=[uid]))
