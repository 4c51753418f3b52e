"""A copy of a tree that its owner may write to, even if the tree may only be read."""

import os
import shutil


def writable_copy(source, target, ignore=None):
    """copytree keeps modes: of a read-only tree it makes one in which no test can leave a file."""
    shutil.copytree(source, target, ignore=ignore, copy_function=shutil.copyfile)
    for folder, _, _ in os.walk(target):
        os.chmod(folder, 0o700)
