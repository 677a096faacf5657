"""What the environment says to tests. A plugin of its own (`-p tests.environment` in pyproject.toml), because
pytest-django reads the settings before any conftest.py."""

import os
from pathlib import Path

os.environ.setdefault("DEMO", "1")
# Every test process opens what another one sealed.
os.environ["SEALING_KEYS"] = "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk="
os.environ["BASE_URL"] = "http://127.0.0.1:8000"
os.environ["VAR_DIR"] = str(Path(__file__).resolve().parent.parent / "var" / "test" / "var")
os.environ.pop("EMAIL_URL", None)
if os.environ.get("REDIS_URL"):
    # Test processes side by side take a Redis database each: one that empties its caches must not empty another's.
    address, _, number = os.environ["REDIS_URL"].rpartition("/")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{address}/{int(number) + worker}"
