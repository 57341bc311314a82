"""The browser of the machine, for tests that open pages in it; without it they say why not."""

import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
NOT_INSTALLED = "tests in a real browser: 'make test-browser' installs what they need"
MARKS = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="no Chromium on this machine: 'make test-browser' says which package",
    ),
]
