"""Steps written as text: each formula, its numbers put in, and the lines of code at work."""

import re
import textwrap

import numpy as np

WIDTH = 100
SHOWN = 4  # rows and columns of a matrix
NO_BREAK = "\N{NO-BREAK SPACE}"
COLOURS = {"phase": "1;7", "formula": "1;36", "result": "32", "line": "2"}
HEADINGS = {
    "forward": "FORWARD: from the inputs to the outputs",
    "loss": "LOSS: how wrong the outputs are",
    "backward": "BACKWARD: the chain rule, from the loss to each weight",
    "update": "UPDATE: a step downhill, now that all gradients are known",
    "after": "AFTER: the loss again, with the new weights and biases",
}


def write(steps, decimals, colour=False):
    """The steps as one text, its numbers rounded to so many decimals."""

    def paint(text, kind):
        return f"\x1b[{COLOURS[kind]}m{text}\x1b[0m" if colour and kind else text

    written, phase, quoted = [], None, set()
    for step in steps:
        if step.phase != phase:
            phase = step.phase
            written += ["", paint(f" {HEADINGS[phase]} ".ljust(WIDTH, "-"), "phase")]
        shape = f"shape {np.shape(step.result)}" if np.ndim(step.result) else "a number"
        gap = " " * (WIDTH - 7 - len(step.formula + shape))
        written += ["", f"({step.equation})  {paint(step.formula, 'formula')}{gap}  {shape}"]
        for row in numbers_put_in(step, decimals):
            written.append("     " + "".join(paint(text, kind) for text, kind in row).rstrip())
        written += ["     " + line for line in first_entry(step, decimals)]
        for line in code_at_work(step.lines, quoted):
            for part in textwrap.wrap(line, WIDTH - 6, subsequent_indent=" " * 10):
                written.append("      " + paint(part, "line"))
    return "\n".join(written)


def code_at_work(lines, quoted):
    """The lines that are not `quoted` yet, and then are; of the others the places alone."""
    known = [place for *place, _ in lines if tuple(place) in quoted]
    if known:
        file = known[0][0]
        yield f"{file}:{' and '.join(str(number) for _, number in known)}, as above"
    for file, number, text in lines:
        if (file, number) not in quoted:
            quoted.add((file, number))
            yield f"{file}:{number}  {text}"


def numbers_put_in(step, decimals):
    """The formula with matrices in place of names, then the result: rows of (text, kind) items."""
    pieces = []  # of (rows of text, kind)
    for part in step.parts:
        if part in step.operands:
            pieces.append((matrix(step.operands[part], decimals), ""))
        else:  # cut behind parentheses, where an operator may begin the next line
            pieces += [([text], "") for text in re.split(r"(?<=\))(?= )", part)]
    first, *others = matrix(step.result, decimals)
    pieces.append(([f" = {first}", *(f"   {row}" for row in others)], "result"))
    rows, line = [], []
    for group in groups(pieces):
        if line and width(line + group) > WIDTH - 5:
            rows += beside(line)
            line = []
        line += group
    return rows + beside(line)


def groups(pieces):
    """Pieces that stay on one line: terms with their sign. If that is too wide, factors."""
    for operators in ("-+=", "-+=*/@"):
        found = [[]]
        for texts, kind in pieces:
            if re.match(f" [{operators}] ", texts[0]):
                found.append([])
            found[-1].append((texts, kind))
        if all(width(group) <= WIDTH - 5 for group in found):
            break
    return found


def width(pieces):
    return sum(len(texts[0]) for texts, _ in pieces)


def beside(pieces):
    """The pieces side by side, as rows."""
    height = max(len(texts) for texts, _ in pieces)
    padded = [(texts + [" " * len(texts[0])] * height, kind) for texts, kind in pieces]
    return [[(texts[row], kind) for texts, kind in padded] for row in range(height)]


def first_entry(step, decimals):
    """Where the matrices hide a sum: lines with the first entry of the result written out."""
    index = (0,) * np.ndim(step.result)
    items = step.written_out(index)
    if not re.search("@|sum", step.formula) or len(items) == 1:
        return []
    terms = [f"{step.symbol}[{', '.join(map(str, index))}] = " if index else f"{step.symbol} = "]
    for k, item in enumerate(items):
        if item == " + ":
            terms.append("+ ")
        elif isinstance(item, str):
            terms[-1] += item
        else:
            text = number(np.asarray(step.operands[item[0]])[item[1]], decimals)
            terms[-1] += f"({text})" if k and text.startswith("-") else text
    terms.append(f"= {number(step.result[index], decimals)}")
    whole = " ".join(term.replace(" ", NO_BREAK) for term in terms)  # only to break before a +
    lines = textwrap.wrap(whole, WIDTH - 5, subsequent_indent="  ", break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def matrix(value, decimals):
    """The rows of text of a matrix; of a large one, its first rows and columns."""
    if np.ndim(value) == 0:
        return [number(value, decimals)]
    value = np.atleast_2d(value)  # (rows, columns)
    columns = [column_of(values, decimals) for values in value.T[:SHOWN]]
    if value.shape[1] > SHOWN:
        columns.append(["..."] * len(columns[0]))
    return [f"[{' '.join(row)}]" for row in zip(*columns)]


def column_of(values, decimals):
    """Texts of one width, with the decimal points below each other."""
    texts = [number(x, decimals) for x in values[:SHOWN]] + ["..."] * (len(values) > SHOWN)
    after = [len(text.partition(".")[2]) for text in texts]
    texts = [text + " " * (max(after) - n) for text, n in zip(texts, after)]
    return [text.rjust(max(map(len, texts))) for text in texts]


def number(x, decimals):
    """Rounded, without trailing zeros; with an exponent if too small or too large for that."""
    if x and not 10 ** (2 - decimals) <= abs(x) < 1e7:
        return f"{x:.3e}"
    return f"{x + 0.0:.{decimals}f}".rstrip("0").rstrip(".")
