"""The words of a failure: what went wrong, at which line of the reader's."""

import linecache
import re
from pathlib import Path


def in_the_readers_terms(excinfo, file):
    """The message of a failed comparison, or the reader's own line where an exception began."""
    error = excinfo.value
    path = Path(file).resolve()
    own = [entry for entry in excinfo.traceback if Path(entry.path) == path]
    if isinstance(error, AssertionError) or not own:
        return str(error) or repr(error)
    number = own[-1].lineno + 1
    line = linecache.getline(str(path), number).strip()
    return f"{path.name}, line {number}: {line}\n{_cause(error, line, own[-1].locals)}"


def _cause(error, line, names):
    """What such an exception means in this line, where these names have these values."""
    text = str(error)
    if "ellipsis" in text or "NoneType" in text:
        return f"something it uses is still `...` or None ({type(error).__name__}: {text})"
    if "mismatch" in text or "broadcast" in text:
        used = dict.fromkeys(re.findall(r"[A-Za-z]\w*", line.partition("#")[0]))
        values = [(name, names.get(name)) for name in used]
        shapes = ", ".join(f"{name} {v.shape}" for name, v in values if hasattr(v, "shape"))
        return f"shapes that do not fit: are the factors in order, and .T right? Here: {shapes}."
    return f"{type(error).__name__}: {text}"
