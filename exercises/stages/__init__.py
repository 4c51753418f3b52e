"""The pytest plug-in that tests a reader's own network, stage by stage: pytest --net FILE.py"""
