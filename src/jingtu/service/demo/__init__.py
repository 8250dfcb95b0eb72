"""The sample year: an invented county, its plan, its people and what happened in twelve months."""

from jingtu.service.demo.building import DemoResult, build, fingerprint

__all__ = ["DemoResult", "build", "fingerprint"]
