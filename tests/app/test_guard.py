"""Who is let in: one browser, at this machine's own address, with the key that works once."""

import shutil

import pytest
from starlette.testclient import TestClient

from openvbc.app.guard import Guard
from openvbc.app.server import serve
from openvbc.app.web import make_app
from openvbc.errors import InputError

PORT = 8765
HOME = f"http://127.0.0.1:{PORT}"


@pytest.fixture
def guard(finished):
    app = make_app(finished / "run")
    yield Guard(app, PORT)
    app.state.desk.close()


def test_the_key_opens_once_and_the_cookie_stays(guard):
    client = TestClient(guard, base_url=HOME)
    assert client.get("/").status_code == 403
    first = client.get(guard.first_address)
    assert first.status_code == 200
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.get("/").status_code == 200
    another = TestClient(guard, base_url=HOME)
    answer = another.get(guard.first_address)
    assert answer.status_code == 403
    assert "stop the app and start it again" in answer.text
    assert another.get("/").status_code == 403


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1:1", ""])
def test_a_foreign_host_name_is_refused_even_with_the_cookie(guard, host):
    client = TestClient(guard, base_url=HOME)
    client.get(guard.first_address)
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}],
)
def test_what_another_page_asks_is_refused(guard, headers):
    client = TestClient(guard, base_url=HOME)
    client.get(guard.first_address)
    answer = client.post("/person", data={"identifier": "x"}, headers=headers)
    assert answer.status_code == 403


def test_every_answer_forbids_what_is_not_our_own(guard):
    client = TestClient(guard, base_url=HOME)
    client.get(guard.first_address)
    for address in ("/", "/static/app.js", "/nothing", "/download/assignment.csv"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


def test_a_port_in_use_says_so(finished):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError) as error:
            serve(finished / "run", port, open_browser=False, say=lambda text: None)
    assert str(port) in str(error.value)
    assert "--port" in str(error.value)


def test_a_folder_that_is_no_run_says_so(tmp_path):
    with pytest.raises(InputError, match="no manifest"):
        serve(tmp_path, None, open_browser=False, say=lambda text: None)


def test_a_run_that_is_written_or_edited_meanwhile_is_told(finished, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(finished / "run", folder)
    app = make_app(folder)
    client = TestClient(app)
    assert client.get("/").status_code == 200
    part = next((folder / "tables" / "assignment").glob("part-*.parquet"))
    part.write_bytes(part.read_bytes()[:-9] + b"x" * 9)
    (folder / "manifest.json").touch()
    answer = client.get("/table/assignment")
    assert answer.status_code == 409
    assert "run again" in answer.text
    (folder / "manifest.json").unlink()
    answer = client.get("/tables")
    assert answer.status_code == 409
    assert "no manifest" in answer.text
    app.state.desk.close()


def test_a_run_of_another_version_is_told(finished, tmp_path):
    from openvbc.engine.sealed import read_sealed, write_sealed

    folder = tmp_path / "run"
    shutil.copytree(finished / "run", folder)
    content = read_sealed(folder / "manifest.json")
    content["unknown_to_this_version"] = 1
    write_sealed(folder / "manifest.json", content)
    with pytest.raises(InputError, match="another version"):
        make_app(folder)
