"""Switches of the model, by name; why each stands as it does is told in docs/decisions/0012."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from jingtu.errors import InputError

Pathway = Literal["ois", "dcs", "pis", "iov1", "iov2", "iiv1", "iov3", "iiv2", "cgw"]
LandClass = Literal[1, 2]

SOIL_PATHWAYS: Final[tuple[Pathway, ...]] = ("ois", "dcs", "pis", "iov1", "iov2", "iiv1")
GROUNDWATER_PATHWAYS: Final[tuple[Pathway, ...]] = ("iov3", "iiv2", "cgw")
PATHWAYS: Final[tuple[Pathway, ...]] = SOIL_PATHWAYS + GROUNDWATER_PATHWAYS

PATHWAY_NAMES: Final[dict[Pathway, str]] = {
    "ois": "经口摄入土壤",
    "dcs": "皮肤接触土壤",
    "pis": "吸入土壤颗粒物",
    "iov1": "吸入室外空气中来自表层土壤的气态污染物",
    "iov2": "吸入室外空气中来自下层土壤的气态污染物",
    "iiv1": "吸入室内空气中来自下层土壤的气态污染物",
    "iov3": "吸入室外空气中来自地下水的气态污染物",
    "iiv2": "吸入室内空气中来自地下水的气态污染物",
    "cgw": "饮用地下水",
}

CrackPorosity = Literal["total", "own"]
Exponent = Literal["10/3", "3.33"]
Ceiling = Literal["saturation", "none"]
SoilGasFlow = Literal["pressure", "none"]
GroundwaterFraction = Literal["waf_or_saf", "waf", "saf"]
Target = Literal["screening", "intervention"]

_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "crack_porosity": get_args(CrackPorosity),
    "exponent": get_args(Exponent),
    "ceiling": get_args(Ceiling),
    "mass_limit": (True, False),
    "soil_gas_flow": get_args(SoilGasFlow),
    "groundwater_fraction": get_args(GroundwaterFraction),
    "target": get_args(Target),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How the model is computed where its text leaves a choice, or where programs differ.

    Parameters
    ----------
    crack_porosity : {"total", "own"}
        Denominator of the effective diffusivity in cracks and capillary fringe: the square of the
        soil's total porosity, or of the layer's own (air- plus water-filled) porosity.
    exponent : {"10/3", "3.33"}
        Exponent of air- and water-filled porosity in the effective diffusivities.
    ceiling : {"saturation", "none"}
        Whether the control value of a volatile liquid stops at its saturation concentration.
    mass_limit : bool
        Whether a volatilisation factor of soil may release no more than the layer holds.
    soil_gas_flow : {"pressure", "none"}
        Soil gas drawn into the building by the pressure difference of the set, or diffusion alone.
    groundwater_fraction : {"waf_or_saf", "waf", "saf"}
        Share of the reference dose for groundwater: WAF and, where a substance has none, its SAF;
        WAF alone (a hazard quotient without it is unknown); or SAF throughout.
    target : {"screening", "intervention"}
        Acceptable risk and shares of the screening level, or those that the intervention values of
        GB 36600 follow (risk 1e-5, the whole reference dose).
    pathways : tuple of str
        Pathways that exist at this place; the others count nothing.

    Raises
    ------
    InputError
        A switch has no such position.

    Examples
    --------
    >>> Options(exponent="3.33").exponent_value
    3.33
    """

    crack_porosity: CrackPorosity = "total"
    exponent: Exponent = "10/3"
    ceiling: Ceiling = "saturation"
    mass_limit: bool = True
    soil_gas_flow: SoilGasFlow = "pressure"
    groundwater_fraction: GroundwaterFraction = "waf_or_saf"
    target: Target = "screening"
    pathways: tuple[Pathway, ...] = PATHWAYS

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise InputError(
                    f"模型选项 {name} 只能取：{'、'.join(map(str, allowed))}。",
                    option=name,
                    value=str(getattr(self, name)),
                )
        unknown = [pathway for pathway in self.pathways if pathway not in PATHWAYS]
        if unknown or not self.pathways:
            raise InputError(
                f"暴露途径只能取：{'、'.join(PATHWAYS)}，且至少一条。", option="pathways", value=unknown
            )
        # The order of the standard, so that equal options are equal however they were named.
        object.__setattr__(self, "pathways", tuple(p for p in PATHWAYS if p in set(self.pathways)))

    @property
    def exponent_value(self) -> float:
        """The exponent as a number, dimensionless."""
        return 10 / 3 if self.exponent == "10/3" else 3.33

    def to_json(self) -> dict[str, Any]:
        """The switches as a document; ``from_json`` takes it back."""
        return {**asdict(self), "pathways": list(self.pathways)}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Options:
        """Options from the document of ``to_json``; unknown names are refused.

        Examples
        --------
        >>> Options.from_json(Options(ceiling="none").to_json()) == Options(ceiling="none")
        True
        """
        unknown = sorted(set(document) - {*_CHOICES, "pathways"})
        if unknown:
            raise InputError(f"没有这样的模型选项：{'、'.join(unknown)}。", options=unknown)
        fields = dict(document)
        if "pathways" in fields:
            fields["pathways"] = tuple(fields["pathways"])
        return cls(**fields)
