#!/usr/bin/env python
import os
import sys
from pathlib import Path


def main() -> None:
    # `site/` (this folder) is already on the path; the courses and communities stand beside it.
    sys.path.insert(1, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the path and settings above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
