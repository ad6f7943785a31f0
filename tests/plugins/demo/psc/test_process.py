"""The simulator as a process of its own, and where it refuses to be one."""

import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest
from hub_plugins.demo.psc.settings import simulated
from hub_plugins.demo.region import DemoError, ports, write_files

from tests.plugins.demo.test_children import until
from tests.ports import free_ports


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path, ports({}))
    return tmp_path


def test_it_is_told_its_addresses_and_its_client_by_the_region(folder: Path) -> None:
    told = simulated(folder)
    region = tomllib.loads((folder / "hub.toml").read_text(encoding="utf-8"))
    assert told.auth == "http://localhost:8003" and told.wallet == "http://localhost:8004"
    assert len(told.clients[0].client_secret) > 40
    assert all(each.startswith(region["public_address"]) for each in told.clients[0].redirect_uris)


def test_it_never_runs_beside_a_hub_in_production(folder: Path) -> None:
    text = (folder / "hub.toml").read_text(encoding="utf-8")
    (folder / "hub.toml").write_text(text.replace('"demo"', '"production"', 1), encoding="utf-8")
    with pytest.raises(DemoError, match="production"):
        simulated(folder)


@pytest.mark.slow
def test_both_hosts_answer_and_no_query_stands_in_the_log(folder: Path) -> None:
    auth = free_ports(2)
    wallet = auth + 1
    told = (folder / "psc.toml").read_text(encoding="utf-8")
    told = told.replace("8003", str(auth)).replace("8004", str(wallet))
    (folder / "psc.toml").write_text(told, encoding="utf-8")
    command = (sys.executable, "-m", "hub_plugins.demo.psc", "--folder", str(folder))
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        assert until(lambda: _answers(f"http://127.0.0.1:{wallet}/?code=secret"))
        at = f"http://127.0.0.1:{auth}/auth/realms/esante-wallet"
        said = httpx.get(f"{at}/.well-known/wallet-openid-configuration").json()
        assert said["issuer"] == f"http://localhost:{auth}/auth/realms/esante-wallet"
    finally:
        running.terminate()
        running.wait(15)
    assert "secret" not in (folder / "log").read_text(encoding="utf-8")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False
