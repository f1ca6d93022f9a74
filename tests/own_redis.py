"""A Redis number for each test process: what one test counts or flushes must not be another's.

Loaded by `-p`, before Django reads its settings.
"""

import os

if os.environ.get("REDIS_URL"):
    _server, _, _number = os.environ["REDIS_URL"].rpartition("/")
    _process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{_server}/{int(_number) + _process}"
