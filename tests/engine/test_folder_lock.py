"""Two processes never write to one folder at once."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import openvbc
from openvbc.engine.folder_lock import sole_use
from openvbc.errors import EngineError

HOLD = """
    import sys
    sys.path.insert(0, {source!r})
    from pathlib import Path
    from openvbc.engine.folder_lock import sole_use
    with sole_use(Path({folder!r})):
        print("held", flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    source = str(Path(openvbc.__file__).parents[1])
    program = textwrap.dedent(HOLD.format(source=source, folder=str(tmp_path)))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_folder_in_use_is_refused_in_words(tmp_path, holder):
    with (
        pytest.raises(EngineError, match="another run is writing to this folder"),
        sole_use(tmp_path),
    ):
        pass


def test_one_that_may_wait_gets_its_turn_even_from_a_killed_process(tmp_path, holder):
    with sole_use(tmp_path, wait=holder.kill):
        pass


def test_a_folder_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with sole_use(tmp_path):
            pass
