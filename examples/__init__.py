"""Further examples, run from the project's folder: ``python -m examples.moons``."""
