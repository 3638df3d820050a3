import pytest

from classifier.messages import use


@pytest.fixture(autouse=True)
def _english():
    use("en")
