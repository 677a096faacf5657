import hashlib

import pytest

from courses.evaluation.instruments import FOLDER, instruments, latest_for, version_of
from pages.loading import page_key
from tests.factories import the_course
from tests.helpers import LANGUAGES, shipped_page

# A version that people may have answered stays as it is: their answers are compared. A change is a new file.
FROZEN = {"confidence-1.yaml": "dd176656089c21fa"}


def test_published_versions_have_not_changed():
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in FOLDER.glob("*.yaml")}
    assert found == FROZEN


def test_every_item_is_said_in_every_language():
    for instrument in instruments():
        assert len(instrument.items) == len(instrument.item_keys) == 8
        for texts in (instrument.lows, instrument.highs, *(t for i in instrument.items for t in (i.titles, i.texts))):
            assert set(texts) == set(LANGUAGES)
            assert all(texts.values())


@pytest.mark.django_db
def test_it_belongs_to_steps_that_are_there():
    instrument = latest_for(the_course().key)
    assert instrument == version_of("confidence", 1)
    for moment, path in (("before", ("where-i-stand", "baseline")), ("after", ("carrying-on", "looking-again"))):
        page = shipped_page("en", "courses", "effective-patient-leader", *path)
        assert (
            instrument.steps[moment] == page.translation_key == page_key("courses", "effective-patient-leader", *path)
        )
