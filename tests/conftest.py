"""How many examples hypothesis tries: few in the ordinary run, many with ``pytest -m fuzz``."""


def pytest_configure(config):
    config.addinivalue_line("markers", "fuzz: 20,000 examples with -m fuzz, else a few hundred")
    if config.option.net:  # NumPy and pytest are enough for the staged tests
        return
    from hypothesis import settings

    settings.register_profile("ordinary", max_examples=50, deadline=None, derandomize=True)
    settings.register_profile("fuzz", max_examples=3000, deadline=None)
    settings.load_profile("fuzz" if config.option.markexpr == "fuzz" else "ordinary")
