"""The Markdown tables in a text."""


def tables(text):
    """Each a list of rows, each a list of cells; the second row is the line below the columns."""
    found, table = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            table.append([cell.strip() for cell in line.strip("|").split("|")])
        elif table:
            found.append(table)
            table = []
    return found
