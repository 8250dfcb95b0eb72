"""Administrative names of China: which place a name means, and at which level it stands."""

from jingtu.knowledge.places.lookup import (
    Place,
    find_places,
    parents_of,
    place_at_start,
    place_by_code,
    places_in,
    resolve_place,
)

__all__ = [
    "Place",
    "find_places",
    "parents_of",
    "place_at_start",
    "place_by_code",
    "places_in",
    "resolve_place",
]
