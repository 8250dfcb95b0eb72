"""Settings of the test run: the real ones in a folder of their own, with cheap passwords."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# The developer's own environment must not decide what a test sees; only the database is chosen outside.
for _name in [name for name in os.environ if name.startswith("JINGTU_") and name != "JINGTU_DATABASE_URL"]:
    del os.environ[_name]
_data = Path(tempfile.mkdtemp(prefix="jingtu-tests-"))
atexit.register(shutil.rmtree, _data, ignore_errors=True)
(_data / "static").mkdir()  # where collected files would lie; WhiteNoise asks for the folder
os.environ["JINGTU_DATA"] = str(_data)

from jingtu.service.web.settings import *  # noqa: E402, F403
from jingtu.service.web.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

_database = DATABASES["default"]
if _database["ENGINE"] == "jingtu.platform.sqlite":
    # A file, not memory: threads (live server, worker, sealer) then meet the locks they meet in an office.
    _database["TEST"] = {"NAME": str(_data / "test.sqlite3")}
    # A test loses nothing by a power cut; that the real settings keep FULL is tested on its own.
    _options = _database["OPTIONS"]
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
