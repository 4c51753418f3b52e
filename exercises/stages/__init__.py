"""Tests a reader's own network, stage by stage: ``pytest --net FILE.py``, or ``check(MyNet)``."""


def check(Net):
    """Test this class, and print how far it is: for a notebook. True if all of it is right."""
    from exercises.stages.judge import check_class  # not for who only reads the docstring

    return check_class(Net)
