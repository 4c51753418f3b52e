"""What neuralnet.py uses and a learner need not read: checks, the lines that fit prints, files."""

__version__ = "2.0.0"
