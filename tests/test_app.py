"""What must hold between the parts of a whole hub."""

from pathlib import Path

import pytest

from hub.contract.errors import ConfigErrors
from hub.testing.running import running_hub


@pytest.mark.parametrize("name", ["portal", "account", "account-strong", "console", "apps-terms"])
def test_no_service_takes_the_name_and_the_level_of_the_hub_s_own_pages(
    tmp_path: Path, name: str
) -> None:
    weak = {name: {"title": "Not the console", "minimum": "simple"}}
    with pytest.raises(ConfigErrors, match=f"service.{name}"):
        running_hub(tmp_path, service=weak)
