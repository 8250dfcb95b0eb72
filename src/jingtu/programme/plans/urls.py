"""Addresses of the plan pages."""

from __future__ import annotations

from django.urls import path

from jingtu.programme.plans.views import (
    deliverables,
    plans,
    provenance,
    reports,
    review,
    targets,
    tasks,
    units,
    year,
)

urlpatterns = [
    path("", year.year, name="year"),
    path("calendar/", year.calendar, name="calendar"),
    path("counties/", year.counties, name="counties"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/export/", tasks.export, name="tasks_export"),
    path("tasks/<uuid:uid>/", tasks.task, name="task"),
    path("tasks/mine/", reports.mine, name="my_tasks"),
    path("tasks/<uuid:uid>/report/", reports.report, name="task_report"),
    path("tasks/<uuid:uid>/submit/", tasks.submit, name="task_submit"),
    path("tasks/<uuid:uid>/check/", tasks.check, name="task_check"),
    path("tasks/<uuid:uid>/reopen/", tasks.reopen, name="task_reopen"),
    path("tasks/<uuid:uid>/quantities/<uuid:quantity>/promote/", tasks.promote, name="quantity_promote"),
    path("targets/<uuid:uid>/", targets.target, name="target"),
    path("targets/<uuid:uid>/provenance/", provenance.show, name="target_provenance"),
    path("targets/<uuid:uid>/provenance/export/", provenance.export, name="target_provenance_export"),
    path("targets/<uuid:uid>/reading/", targets.reading, name="target_reading"),
    path("targets/<uuid:uid>/split/", targets.split, name="target_split"),
    path("targets/<uuid:uid>/recompute/", provenance.recompute, name="target_recompute"),
    path("deliverables/", deliverables.deliverables, name="deliverables"),
    path("deliverables/<uuid:uid>/", deliverables.deliverable, name="deliverable"),
    path("deliverables/<uuid:uid>/move/<slug:move>/", deliverables.move, name="deliverable_move"),
    path("units/", units.units, name="units"),
    path("units/<uuid:uid>/", units.unit, name="unit"),
    path("plans/", plans.plans, name="plans"),
    path("plans/upload/", plans.upload, name="plan_upload"),
    path("plans/<uuid:uid>/", plans.plan, name="plan"),
    path("plans/<uuid:uid>/file/", plans.file, name="plan_file"),
    path("plans/<uuid:uid>/confirm/", plans.confirm, name="plan_confirm"),
    path("plans/<uuid:uid>/discard/", plans.discard, name="plan_discard"),
    path("plans/<uuid:uid>/carry-over/", plans.carry_over, name="plan_carry_over"),
    path("plans/<uuid:uid>/review/", review.review, name="plan_review"),
    path("plans/<uuid:uid>/items/merge/", review.merge, name="plan_items_merge"),
    path("plans/<uuid:uid>/items/add/", review.add, name="plan_item_add"),
    path("plans/<uuid:uid>/items/confirm-all/", review.confirm_all, name="plan_items_confirm"),
    path("plans/<uuid:uid>/items/<uuid:item>/<slug:verb>/", review.item, name="plan_item"),
]
