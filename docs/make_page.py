"""Make docs/index.html, the page of XOR, and its picture page.png: ``python docs/make_page.py``.

The picture takes Chromium, and playwright to drive it (tests/requirements-slow.txt).
"""

import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)


def open_chromium(playwright):
    """The system's own Chromium. Raises FileNotFoundError where there is none."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise FileNotFoundError("there is no Chromium")
    return playwright.chromium.launch(executable_path=path, args=FLAGS.split())


def main():
    from playwright.sync_api import sync_playwright

    html, picture = DOCS / "index.html", DOCS / "page.png"
    command = [sys.executable, "-m", "walkthrough", "--html", html]
    subprocess.run(command, cwd=DOCS.parent, check=True)
    with sync_playwright() as playwright:
        browser = open_chromium(playwright)
        page = browser.new_page(viewport={"width": 1360, "height": 840}, color_scheme="light")
        page.goto(html.as_uri())
        page.locator("#timeline button").nth(9).click()  # delta of the hidden units (6)
        page.screenshot(path=picture)
        browser.close()
    print(f"[INFO] picture written to {picture}")


if __name__ == "__main__":
    main()
