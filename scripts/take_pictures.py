"""Take the pictures of the README: pages of the app over an invented ACO, in headless Chromium.

::

    python scripts/take_pictures.py [RUN]

Without a run, 1,000 people are invented and run first. Needs Chromium and the extra ``browser``,
which ``make test-browser`` installs.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PAGES = {"result": "/", "why": "/drivers", "what-if": "/what-if/0"}
SIZE = {"width": 1100, "height": 690}
QUALITY = 55
"""Of the JPEG: a picture stays below 100 kB."""
VBC = [sys.executable, "-m", "openvbc"]


def main() -> None:
    """Take every picture."""
    with TemporaryDirectory() as folder:
        run = Path(sys.argv[1]) if len(sys.argv) > 1 else invented(Path(folder) / "aco")
        command = [*VBC, "app", str(run), "--no-browser"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as app:
            address = None
            while address is None:
                address = re.search(r"http://\S+", app.stdout.readline())
            take(address.group(0))
            app.send_signal(signal.SIGINT)


def invented(folder: Path) -> Path:
    """An invented ACO, run."""
    for words in (["synth", str(folder), "--people", "1000", "--seed", "3", "--light"],
                  ["run", str(folder), "--quiet"]):  # fmt: skip
        subprocess.run([*VBC, *words], check=True)
    return folder


def take(address: str) -> None:
    """Open each page and keep what a reader sees of it first."""
    PICTURES.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        page.wait_for_url(re.compile(r":\d+/$"))  # the key is taken off the address
        base = page.url.rstrip("/")
        for name, path in PAGES.items():
            page.goto(base + path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=str(PICTURES / f"{name}.jpg"), type="jpeg", quality=QUALITY)
        browser.close()


if __name__ == "__main__":
    main()
