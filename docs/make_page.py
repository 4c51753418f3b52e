"""Make docs/index.html, and the pictures of it for the README: ``python docs/make_page.py``.

The pictures take Chromium, and playwright and Pillow (tests/requirements-slow.txt).
"""

import io
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
    """The system's own Chromium or Chrome. Raises playwright's Error where none can be started."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:  # on macOS and Windows it lies in a place of its own, which playwright knows
        return playwright.chromium.launch(channel="chrome", args=FLAGS.split())
    return playwright.chromium.launch(executable_path=path, args=FLAGS.split())


def scenes(page):
    """Does what a reader may do, and gives (chapter, milliseconds) after each move."""
    knob = page.get_by_role("spinbutton", name="w, the knob").first
    page.locator('[data-chapter="1"] .skip').click()
    for _ in range(10):
        knob.press("ArrowUp")
        yield 1, 180
    weight = page.get_by_role("spinbutton", name="w from x1 to h1")
    weight.press("Enter")
    yield 5, 900
    for _ in range(8):
        weight.press("ArrowUp")
        yield 5, 180
    page.get_by_role("spinbutton", name="w from h2 to o1").press("Enter")
    yield 5, 900
    slider = page.locator('[data-chapter="8"] input[type=range]')
    for k in range(30, 76, 3):
        slider.fill(str(k))
        yield 8, 180
    yield 8, 1200


def film(page):
    """The scenes as a list of pictures, all of one size, and how long each is shown."""
    from PIL import Image

    frames, durations = [], []
    for chapter, duration in scenes(page):
        section = page.locator(f'[data-chapter="{chapter}"]')
        shot = Image.open(io.BytesIO(section.screenshot())).convert("RGB")
        frame = Image.new("RGB", (720, 660), "white")
        shot.thumbnail(frame.size, Image.LANCZOS)  # as large as the whole of it fits
        frame.paste(shot, ((frame.width - shot.width) // 2, 0))
        frames.append(frame.quantize(48, dither=Image.Dither.NONE))
        durations.append(duration)
    return frames, durations


def main():
    from playwright.sync_api import sync_playwright

    html, picture, moving = (DOCS / name for name in ("index.html", "page.png", "page.gif"))
    command = [sys.executable, "-m", "walkthrough", "--html", html]
    subprocess.run(command, cwd=DOCS.parent, check=True, stdout=subprocess.DEVNULL)
    with sync_playwright() as playwright:
        browser = open_chromium(playwright)
        page = browser.new_page(viewport={"width": 1040, "height": 900}, color_scheme="light")
        page.goto(html.as_uri())
        page.wait_for_selector("body[data-ready]")
        frames, durations = film(page)
        weight = page.get_by_role("spinbutton", name="w from x1 to h1")
        weight.press("Enter")
        page.locator('[data-chapter="5"]').screenshot(path=picture)
        browser.close()
    more = {"append_images": frames[1:], "duration": durations, "loop": 0, "optimize": True}
    frames[0].save(moving, save_all=True, **more)
    print("[INFO]", *(f"docs/{path.name}" for path in (html, picture, moving)), "written")


if __name__ == "__main__":
    main()
