"""What the container files name is there."""

import re

import pytest

from tests.house import ROOT


@pytest.mark.parametrize("file", ["Dockerfile", "docker-compose.yml"])
def test_every_file_of_ours_that_is_named_exists(file):
    named = set(re.findall(r"\bdeploy/[\w./-]+", (ROOT / file).read_text()))
    assert named
    assert not {name for name in named if not (ROOT / name).exists()}
