"""Eight networks, each with one mistake, for the reader to find: see exercises/README.md."""
