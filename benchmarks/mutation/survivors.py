"""Why a mutant may survive: what it changes makes no difference that a test should see."""

WORDS = (
    "The wording of a message: tests look for the names and numbers in it, and for a key phrase."
)
TIE = "Differs only where two computed numbers are equal to the last bit."
REASONS = [  # part of the changed line, and why that change may survive
    # neuralnet.py
    (".max() >= 1e-6", TIE),
    (">= os.path.getsize(path)", "A zip has headers: its contents are always smaller."),
    ("for shape in shapes]) * 3", "zip stops at the end of ARRAYS."),
    ("v <= 1e308", "The bound stands for what a float can hold."),
    ("1 <= v <= 2**31", "The bound stands for what a memory can hold."),
    ("1 <= v < 3**31", "The bound stands for what a memory can hold."),
    ("1 <= v < 2**32", "The bound stands for what a memory can hold."),
    ("copy=True", "Costs the time of a copy of 1,000 rows, and changes nothing."),
    # gradient_check.py
    ("net.dtype = None", "X and Y then keep their own type, but meet float64 weights at once."),
    ("np.ptp(factors) < 1e-4", TIE),
    ("<= 1e-4 else", TIE),
    ("< 1e-4 * np.linalg.norm(g)", TIE),
    ("abs(k / value - 1) <= 1e-4", TIE),
    ("factors[1]", "Here all factors agree to 1e-4: any of them will do."),
    ("share / net.l2, 5)", "One digit more in a message."),
    ("max(wrong) <= len(names) - 2", "Only the last dW wrong, its db right, and layers before it "
     "too: two mistakes at once, which neither hint fits."),
    ("if squared else 1.0", "Of an n of zeros no multiple but g = 0 is near, which is not wrong."),
]  # fmt: skip


def why(change):
    """The reason, or None, for a change ``old  ->  new``."""
    old, new = change.split("  ->  ")
    if new.replace("XX", "") == old:
        return WORDS
    return next((reason for part, reason in REASONS if part in new), None)
