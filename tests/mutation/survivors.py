"""Why a mutant may survive: what it changes makes no difference that a test should see."""

NEVER_EQUAL = (
    "Of numbers near 1 the difference is a multiple of 2**-53, which 1e-3 to 1e-6 are not."
)
TIE = "Differs only where two norms, or two factors, are equal to the last bit."
ONE_LETTER = "A kind of NumPy's is one letter, and no kind is X."
A_COPY = "It costs the time of a copy, and changes nothing."
REASONS = {  # a part of the change: the reason
    # checks.py
    "BLOCK = [1000 -> 1001]": "How many rows at a time changes time and memory, a little.",
    "'identity': [(- -> (]math.inf": "Only that its lower bound is not finite counts.",
    "- 1).max() [> -> >=] ROUNDING": NEVER_EQUAL,
    "dtype.kind not in '[biuf -> XXbiufXX]'": ONE_LETTER,  # also of files.py
    "'kind', 'O') in '[biuf -> XXbiufXX]'": ONE_LETTER,
    "'kind', '[O -> XXOXX]') in 'biuf'": "Neither is among them.",
    ".astype(dtype, copy=[False -> True])": A_COPY,
    # files.py
    "casting='same_kind', copy=[False -> True])": A_COPY,
    "itemsize > [8 -> 9]": "No number of NumPy's has nine bytes.",
    "[(('/', -> (('XX/XX',] os.sep": "os.sep is / here; on Windows both end the name of a folder.",
    "in archive.infolist())) [> -> >=] size": "A zip has headers, so what is in it is smaller.",
    "allow_pickle=[False -> True]": "An array of objects has been refused some lines before.",
    # diagnosis.py
    "abs(k - 1) [< -> <=] 1e-05": NEVER_EQUAL,
    "abs(factor * subject.m - 1) [< -> <=] 0.0001": NEVER_EQUAL,
    "abs(abs(share / l2) - 1) [< -> <=] 0.001": NEVER_EQUAL,
    "if abs(share + 1) [< -> <=] 0.001": NEVER_EQUAL,
    "if abs(share - 1) [< -> <=] 0.001": NEVER_EQUAL,
    "abs(k / value - 1) [< -> <=] 0.0001": NEVER_EQUAL,
    "np.linalg.norm(g - n.T) [<= -> <]": TIE,
    "np.linalg.norm(g - k * n) [<= -> <]": TIE,
    "np.ptp(factors) [> -> >=]": TIE,
    "np.linalg.norm(array.n) [<= -> <]": TIE,
    "divisor > [0 -> 1]": "A divisor of 1 is a factor of m, which has words of its own.",
}
