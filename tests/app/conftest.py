"""The finished project opened in the app, in this process; no server, no browser."""

import pytest

pytest.importorskip("starlette", reason="the extra 'app' is not installed")

from starlette.testclient import TestClient

from openvbc.app.web import make_app


@pytest.fixture(scope="session")
def app_client(finished):
    app = make_app(finished / "run")
    yield TestClient(app)
    app.state.desk.close()
