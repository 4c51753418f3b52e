"""What runs when: the quick tests by default, with ``-m slow`` the others, on one thread each.

The matrices of the tests are small: a second thread of the matrix library would only wait, and
waiting counts as processor time. ``-m fuzz`` runs the files test_fuzz*.py with many more examples.
"""

import os
import sys

import pytest

FALSE_WARNINGS = {  # of one system alone; on the others they would be true
    "darwin": "ignore:.* encountered in matmul:RuntimeWarning",  # Accelerate's (NumPy 28687)
    "win32": "ignore:Proactor event loop:RuntimeWarning",  # pyzmq's, which helps itself
}


def pytest_configure(config):
    if sys.platform in FALSE_WARNINGS:
        config.addinivalue_line("filterwarnings", FALSE_WARNINGS[sys.platform])
    if config.option.net:  # NumPy and pytest are enough for the staged tests
        return
    from hypothesis import settings

    settings.register_profile("ordinary", max_examples=50, deadline=None, derandomize=True)
    settings.register_profile("fuzz", max_examples=1000, deadline=None)
    settings.load_profile("fuzz" if config.option.markexpr == "fuzz" else "ordinary")


@pytest.fixture(scope="session", autouse=True)
def one_thread(pytestconfig):
    if pytestconfig.option.net:
        yield
        return
    from threadpoolctl import threadpool_limits

    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
            patch.setenv(variable, os.environ.get(variable, "1"))  # for the programs they start
        yield


@pytest.fixture
def path(tmp_path):
    """Where a network may be saved."""
    return tmp_path / "net.npz"


@pytest.fixture(scope="session")
def trace():
    """What the page of XOR shows; its tests are two files, and it is made once."""
    import xor_page

    return xor_page.trace()


@pytest.fixture(scope="session")
def nets():
    """The network of xor_example.py at each moment that these tests look at."""
    import xor_page

    return xor_page.nets()
