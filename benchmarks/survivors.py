"""Why a mutant may survive: what it changes makes no difference that a test should see."""

ONE_LETTER = "A kind is one letter of NumPy's, and X is none."
A_COPY = "It costs the time of a copy, and changes nothing."
SEPARATOR = "Here os.sep is a slash, too. On Windows both end the name of a directory."
NOT_FLOAT = "Of a number near 1, less 1, the last bits are coarser: it is never exactly that."
REASONS = {  # part of the change: why
    # checks.py
    "kind not in '[biuf -> XXbiufXX]'": ONE_LETTER,
    "'kind', 'O') in '[biuf -> XXbiufXX]'": ONE_LETTER,
    # files.py
    "archive.infolist())[) > -> ) >=] size": "A zip has headers, so what is in it is smaller.",
}
