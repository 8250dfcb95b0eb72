"""The tree of places. A place keeps its identity when it is renamed, recoded or upgraded."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.regions.words import short_name

FIRST_DAY = date(1949, 10, 1)


class Region(models.Model):
    """A place: province, city, county, town, village, or a development zone without a code.

    ``path`` holds the keys of the ancestors and of the place itself (``/1/15/203/``): a subtree is a
    prefix of the path, never a prefix of a code, because codes change when places are renamed.

    ``name`` and ``adcode`` repeat the last row of ``names`` so that lists need no second query;
    ``RegionName.save`` and the loader keep them.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"
        TOWN = "town", "乡级"
        VILLAGE = "village", "村级"
        ZONE = "zone", "开发区"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    level = models.CharField(max_length=10, choices=Level)
    name = models.CharField(max_length=60, default="无名称", db_index=True)
    adcode = models.CharField(max_length=12, null=True, blank=True, db_index=True)  # noqa: DJ001 - a zone has none
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=120, unique=True)
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(default=OPEN_DATE)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    def name_on(self, on: date) -> str:
        """The official name on a day; the nearest known one where the day is outside all of them."""
        names = sorted(self.names.all(), key=lambda item: item.valid_from)
        for item in names:
            if item.valid_from <= on < item.valid_to:
                return item.name
        return names[0].name if names and on < names[0].valid_from else self.name

    def subtree(self) -> Q:
        """Predicate on ``Region`` for this place and everything below it."""
        return Q(path__startswith=self.path)

    def ancestor_keys(self) -> list[int]:
        """Keys of the places above, the highest first."""
        return [int(key) for key in self.path.strip("/").split("/")[:-1]]


class RegionName(models.Model):
    """A name and code of a place with the days they held; old names stay findable."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=60, db_index=True)
    short = models.CharField(max_length=60, blank=True, db_index=True)
    code = models.CharField(max_length=12, blank=True, db_index=True)
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(default=OPEN_DATE)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "valid_from"], name="one_name_a_region_and_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the short form, and the region's own columns where this name is its last."""
        self.short = short_name(self.name)
        super().save(*args, **kwargs)
        last = (
            RegionName.objects.filter(region_id=self.region_id).order_by("-valid_to", "-valid_from").first()
        )
        if last is not None:
            Region.objects.filter(pk=self.region_id).update(name=last.name, adcode=last.code or None)
            if "region" in self._state.fields_cache:
                self.region.name, self.region.adcode = last.name, last.code or None
