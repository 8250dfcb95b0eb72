"""Install Debian packages where this machine has apt and the caller may; say what is missing elsewhere.

python scripts/packages.py chromium fonts-noto-cjk
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable


def missing(packages: Iterable[str]) -> list[str]:
    """Those of ``packages`` that dpkg does not know as installed."""
    if shutil.which("dpkg-query") is None:
        return list(packages)
    found = []
    for package in packages:
        answer = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if answer.stdout.strip() != "installed":
            found.append(package)
    return found


def install(packages: Iterable[str]) -> bool:
    """Install what is missing; ``False`` where that is not possible here (and nothing was changed)."""
    wanted = missing(packages)
    if not wanted:
        return True
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.stderr.write(f"Not installed, and no right to install it: {' '.join(wanted)}\n")
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
    add = [*get, "install", "-y", "--no-install-recommends", *wanted]
    if subprocess.run(add, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0:
        return True
    # Stale package lists are the usual cause.
    subprocess.run([*get, "update"], env=environment, stdout=subprocess.DEVNULL, check=False)
    return subprocess.run(add, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


if __name__ == "__main__":
    install(sys.argv[1:])
