import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from exports import rows_of, write_rows
from hypothesis import HealthCheck, settings

from classifier.messages import use

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test depends on seconds
settings.load_profile("unhurried")

DATA = Path(__file__).parents[1] / "data" / "replies.csv"
SUITES = DATA.parent / "suites"


@pytest.fixture(autouse=True)
def _english():
    use("en")


@pytest.fixture(scope="session")
def few_suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped suites, of each every twentieth row: all of them take a model a quarter of a minute."""
    folder = tmp_path_factory.mktemp("suites")
    for path in SUITES.glob("*.csv"):
        write_rows(folder / path.name, rows_of(path)[::20])
    return folder


@pytest.fixture
def run_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], few_suites: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command line in this process, with few suites: for the many commands of which only the end is looked at, each of which would load everything anew."""
    from classifier.cli import main

    monkeypatch.setattr("classifier.suites.shipped_suites", lambda: few_suites)

    def run(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["reply-classifier", *args])
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        said = capsys.readouterr()
        return subprocess.CompletedProcess(args, int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A labelled file on which a model trains in seconds: every 150th row of the training part of the shipped data, and every 14th of the others."""
    path = tmp_path_factory.mktemp("small") / "small.csv"
    write_rows(path, [r for i, r in enumerate(rows_of(DATA)) if i % (150 if r["split"] == "train" else 14) == 0])
    return path


@pytest.fixture(scope="session")
def small_built(small_data: Path, few_suites: Path):
    """A small model, trained and measured, not yet saved."""
    from classifier.build import Order, build
    from classifier.labeled import read_labeled
    from classifier.policy import default_policy
    from classifier.provenance import fingerprints
    from classifier.suites import read_suites

    rows = read_labeled([small_data], default_policy())
    return build(Order("small"), rows, sources=fingerprints([small_data], rows), suites=read_suites(few_suites, default_policy()))


@pytest.fixture
def small_models(small_built, tmp_path: Path) -> Path:
    """A folder of models that holds the small one."""
    small_built.save(tmp_path / "models" / "small")
    return tmp_path / "models"
