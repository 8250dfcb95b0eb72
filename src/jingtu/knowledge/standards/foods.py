"""Foods of GB 2762: crop names as laboratories write them, and the category that a food belongs to.

A limit of a category holds for every food in it unless the category names it as taken out (GB 2762, 3.3), so a
food carries the line of its categories: 菠菜, 叶菜蔬菜, 新鲜蔬菜, 蔬菜及其制品.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from jingtu.knowledge.standards.data_rows import folded, rows

_DRIED = re.compile(r"^(?:干制|烘干|晒干|脱水|干)(.+)$")
_BRACKETED = re.compile(r"^([^(]+)\(([^)]+)\)$")


@dataclass(frozen=True, slots=True)
class Food:
    """A food or a category of foods; ``line`` is itself and all categories above it, nearest first."""

    key: str
    name: str
    line: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crop:
    """What a laboratory's crop name means.

    ``dried`` where it names dried goods of that food; ``category`` where it names a category as a whole (蔬菜), not
    a food that stands in it beside named ones (胡萝卜).
    """

    food: Food
    dried: bool = False
    category: bool = False


@functools.cache
def _table() -> tuple[dict[str, Food], dict[str, Crop]]:
    table = list(rows("foods.csv"))
    parents = {row["key"]: row["parent"] for row in table}
    above = set(parents.values())
    foods: dict[str, Food] = {}
    names: dict[str, Crop] = {}
    for row in table:
        line, key = [], row["key"]
        while key:
            line.append(key)
            key = parents[key]
        food = Food(row["key"], row["name"], tuple(line))
        foods[food.key] = food
        names[folded(row["name"])] = Crop(food, category=food.key in above)
        names |= {folded(word): Crop(food) for word in filter(None, row["aliases"].split("|"))}
        names |= {
            folded(word): Crop(food, category=True) for word in filter(None, row["category_words"].split("|"))
        }
    return foods, names


def foods() -> dict[str, Food]:
    """All foods and categories by key.

    Examples
    --------
    >>> foods()["celery"].line
    ('celery', 'stem_vegetable', 'fresh_vegetable', 'vegetable_products_all')
    """
    return _table()[0]


@functools.lru_cache(maxsize=4096)
def find_crop(name: str) -> Crop | None:
    """The food that a crop name means, or ``None`` where nobody knows it.

    A name with brackets is tried whole, then without them, then by the words in them; 干, 干制 and 脱水 in front
    name dried goods.

    Examples
    --------
    >>> find_crop("菠菜（叶菜）").food.name, find_crop("晚稻").food.name
    ('叶菜蔬菜', '稻谷')
    >>> find_crop("干制香菇")
    Crop(food=Food(key='shiitake', name='香菇', line=('shiitake', 'fungi')), dried=True, category=False)
    >>> find_crop("Brown rice").food.name, find_crop("maize").food.name
    ('糙米', '玉米')
    >>> find_crop("蔬菜").category, find_crop("番茄").category
    (True, False)
    >>> find_crop("苎麻") is None
    True
    """
    names = _table()[1]
    plain = folded(name).casefold()
    tries = [plain]
    if found := _BRACKETED.match(plain):
        tries += [found.group(1), found.group(2)]
    for text in tries:
        if text in names:
            return names[text]
        dried = _DRIED.match(text)
        if dried and dried.group(1) in names:
            return _dried(names[dried.group(1)])
    return None


def is_name(text: str) -> bool:
    """Whether a folded text is the name of a food or category, as it stands."""
    return text.casefold() in _table()[1]


def _dried(fresh: Crop) -> Crop:
    line = fresh.food.line
    if "fresh_vegetable" in line:
        return Crop(foods()["dried_vegetable"])  # a category of its own in the tables
    if "fresh_fruit" in line:
        return Crop(foods()["dried_fruit"])
    # Drying is asked after for fungi alone (3.5); dry grain and pulses are the food as the tables mean it.
    return replace(fresh, dried="fungi" in line)
