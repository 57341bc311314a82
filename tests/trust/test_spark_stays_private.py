"""Addresses are checked before anything waits; a local session opens nothing."""

import pytest

from openvbc.engine.spark import SparkEngine
from openvbc.engine.spark_session import local_settings
from openvbc.errors import EngineError


@pytest.mark.parametrize(
    ("address", "code"),
    [("sc://", "VBC-414"), ("local[0]", "VBC-414"), ("nonsense", "VBC-414"),
     ("sc://a:99999", "VBC-414"), ("sc://127.0.0.1:1", "VBC-415"),
     ("spark://127.0.0.1:1", "VBC-415")],
)  # fmt: skip
def test_an_address_that_cannot_be_one_is_said(address, code, tmp_path):
    with pytest.raises(EngineError) as said:
        SparkEngine.connect(address, tmp_path)
    assert said.value.code == code


def test_a_local_session_opens_nothing(tmp_path):
    settings = local_settings(tmp_path)
    assert settings["spark.ui.enabled"] == "false"
    assert settings["spark.driver.bindAddress"] == settings["spark.driver.host"] == "127.0.0.1"
    assert settings["spark.local.dir"] == str(tmp_path)
