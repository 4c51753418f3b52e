"""One training step with every number in it, as text, picture and page: python -m walkthrough."""
