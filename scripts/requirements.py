"""Pin what pyproject.toml and package.json ask for: versions and hashes, never an address.

    python scripts/requirements.py [--upgrade]

Writes requirements/{base,server,dev,build}.txt with pip-compile and package-lock.json with npm, then
takes out whatever says where this machine fetched them from.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = (
    "--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-header", "--no-annotate",
    "--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options", "--quiet",
)  # fmt: skip
HEADS = {
    "base": "# The knowledge floor and the commands that need no database.",
    "server": "# jingtu[server]: the platform, the pages, the API.",
    "dev": "# What `make test` and `make lint` need on top.",
    "build": "# What builds the package itself.",
}


def wanted(project: dict) -> dict[str, list[str]]:
    """Requirements of each file, from pyproject.toml alone."""
    groups = project["dependency-groups"]
    base = project["project"]["dependencies"]
    server = base + project["project"]["optional-dependencies"]["server"]
    return {
        "base": base,
        "server": server,
        "dev": server + [item for name in ("test", "lint") for item in groups[name]],
        # `editables` is what hatchling asks for when a checkout is installed as it lies.
        "build": [*project["build-system"]["requires"], "editables"],
    }


def main() -> None:
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv else []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    before: Path | None = None
    for name, requirements in sorted(wanted(project).items(), key=lambda item: item[0] != "dev"):
        target = ROOT / "requirements" / f"{name}.txt"
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "wanted.in")
            # The smaller files take their versions from the larger one, so that all agree.
            constraint = [f"-c {before}"] if before and name != "dev" else []
            source.write_text("\n".join([*requirements, *constraint]) + "\n")
            subprocess.run(
                [sys.executable, "-m", "piptools", "compile", *COMPILE, *upgrade, "-o", target, source],
                check=True,
            )
        lines = [
            line for line in target.read_text().splitlines()
            if line.strip() and not line.startswith(("#", "--")) and not re.search(r"://|^-|file:", line)
        ]  # fmt: skip
        target.write_text("\n".join([HEADS[name], *lines]) + "\n")
        if name == "dev":
            before = target
    subprocess.run(["npm", "install", "--package-lock-only", "--ignore-scripts"], cwd=ROOT, check=True)
    lock = ROOT / "package-lock.json"
    content = json.loads(lock.read_text())
    for package in content["packages"].values():
        package.pop("resolved", None)
        package.pop("funding", None)
    lock.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
