"""The tree of places. A place keeps its identity when it is renamed, recoded or upgraded."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from jingtu.platform.clock import OPEN_DATE


class Region(models.Model):
    """A place: province, city, county, town, village, or a development zone without a code.

    ``path`` holds the keys of the ancestors and of the place itself (``/1/15/203/``): a subtree is a
    prefix of the path, never a prefix of a code, because codes change when places are renamed.
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
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(default=OPEN_DATE)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in force last; for a past day use ``name_on``."""
        names = sorted(self.names.all(), key=lambda item: item.valid_to)
        return names[-1].name if names else "无名称"

    @property
    def adcode(self) -> str | None:
        names = sorted(self.names.all(), key=lambda item: item.valid_to)
        return names[-1].code or None if names else None

    def name_on(self, on: date) -> str:
        """The official name on a day; the nearest known one where the day is outside all of them."""
        for item in self.names.all():
            if item.valid_from <= on < item.valid_to:
                return item.name
        return self.name

    def subtree(self) -> Q:
        """Predicate on ``Region`` for this place and everything below it."""
        return Q(path__startswith=self.path)


class RegionName(models.Model):
    """A name and code of a place with the days they held; old names stay findable."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=60, db_index=True)
    code = models.CharField(max_length=12, blank=True, db_index=True)
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(default=OPEN_DATE)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "valid_from"], name="one_name_a_region_and_day"),
        ]

    def __str__(self) -> str:
        return self.name
