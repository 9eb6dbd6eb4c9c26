"""That it holds."""


def test_holds():
    assert True
