"""The app in a real browser: keyboard only, phone width, no serious finding of axe, no network.

Needs Chromium of the system and the extra ``browser``; skipped where either is not there.
"""

import os
import re
import signal
import subprocess
import sys

import pytest

from browsers import CHROMIUM, MARKS, NOT_INSTALLED
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun

sync_api = pytest.importorskip("playwright.sync_api", reason=NOT_INSTALLED)
axe_package = pytest.importorskip("axe_playwright_python", reason=NOT_INSTALLED)
pytestmark = MARKS
PAGES = ["/", "/year", "/what-if/0", "/sheets", "/sheet/settlement/0", "/analysis", "/people"]
PAGES += [
    "/drivers",
    "/driver/1",
    "/lists",
    "/tables",
    "/table/assignment",
    "/compare",
    "/board",
    "/assigned/PY",
]
PAGES += ["/number/settlement/0/net_payment", "/number/settlement/0/assigned_beneficiaries"]


@pytest.fixture(scope="module")
def address(finished):
    """The first address of a real ``vbc app``."""
    command = [sys.executable, "-m", "openvbc", "app", str(finished), "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        match = None
        while match is None:
            match = re.search(r"http://\S+", process.stdout.readline())
        yield match.group(0)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.fixture(scope="module")
def context(address):
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.wait_for_url(re.compile(r":\d+/$"))
        page.close()
        yield context
        browser.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    page.problems = []
    page.asked = []
    page.on("console", lambda m: page.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


@pytest.fixture(scope="module")
def base(address):
    return address.split("/open/")[0]


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_loads_nothing_from_outside_and_has_no_script_error(page, base, width):
    page.set_viewport_size({"width": width, "height": 844})
    for path in PAGES:
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.problems == []
    assert all(url.startswith(base) for url in page.asked)


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_axe_finds_nothing_serious(page, base, context, colors):
    from pathlib import Path

    page.emulate_media(color_scheme=colors)

    axe = (Path(axe_package.__file__).parent / "axe.min.js").read_text("utf-8")
    failures = []
    for path in PAGES:
        page.goto(base + path)
        page.wait_for_load_state("networkidle")
        context.new_cdp_session(page).send("Runtime.evaluate", {"expression": axe + ";0"})
        for violation in page.evaluate("axe.run()")["violations"]:
            if violation["impact"] in ("serious", "critical"):
                failures.append((path, violation["id"], violation["nodes"][0]["html"][:200]))
    assert failures == []


def test_the_keyboard_alone_moves_a_slider_and_the_answer_follows(page, base, finished):
    page.goto(base + "/what-if/0")
    page.wait_for_load_state("networkidle")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "lever-spending":
            break
    assert page.evaluate("document.activeElement.id") == "lever-spending"
    before = page.inner_text("#answer-body")
    with page.expect_response(re.compile("/answer$")):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("text => document.querySelector('#answer-body').innerText !== text",
                           arg=before)  # fmt: skip
    assert page.inner_text("output[for=lever-spending]") == "−0.1%"


def test_the_keyboard_alone_opens_a_number(page, base):
    page.goto(base + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    for _ in range(40):
        page.keyboard.press("Tab")
        if "/number/" in (page.evaluate("document.activeElement.getAttribute('href')") or ""):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/number/"))
    assert page.inner_text("#computed-from-title") == "Computed from"


def test_the_board_prints_on_one_page(page, base):
    page.goto(base + "/board")
    page.wait_for_load_state("networkidle")
    printed = page.pdf(format="Letter")
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def test_the_browser_shows_the_settled_result(page, base, finished):
    from openvbc.format import show

    (row,) = StoredRun(finished / "run").rows(MAIN, None, None)
    page.goto(base + "/number/settlement/0/savings_rate")
    shown = page.inner_text(".card strong")
    assert shown == show(row.values["savings_rate"], "ratio")
