"""Make docs/pictures: `python -m tests.pictures ADDRESS` takes them from a running demonstration.

Look at them before they are committed: they are also how we see what people see.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, sign_in

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PAGES = {
    "home": ("/en/", None),
    "course": ("/fr/courses/effective-patient-leader/", None),
    "step": ("/en/courses/effective-patient-leader/where-i-stand/energy-and-boundaries/", None),
    "learning": ("/es/my/", "applicant"),
}
WAYS = [(320, "light"), (320, "dark"), (768, "light"), (1280, "light"), (1280, "dark")]


def main(address: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, (path, login) in PAGES.items():
            for width, scheme in WAYS:
                context = browser.new_context(
                    base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme
                )
                page = context.new_page()
                if login:
                    sign_in(page, login)
                    page.goto(path)  # once without the message of welcome
                page.goto(path)
                page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
