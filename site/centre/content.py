"""Where the shipped content is."""

from pathlib import Path

from courses import curriculum
from pages import shipped

PAGES = Path(shipped.__file__).parent / "content"
COURSES = Path(curriculum.__file__).parent / "content"
