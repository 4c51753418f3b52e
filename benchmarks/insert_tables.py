"""Put the tables in benchmarks/results into the chapters: ``python benchmarks/insert_tables.py``.

A chapter has two comments, `<!-- made by: COMMAND > FILE -->` and `<!-- end -->`. What stands
between them is replaced by what is in the file.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = re.compile(r"(<!-- made by: [^>]*> (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)


def insert(match):
    begin, file, end = match.groups()
    return f"{begin}\n{(ROOT / file).read_text(encoding='utf-8').strip()}\n\n{end}"


def main():
    for page in sorted(ROOT.glob("docs/*.md")):
        text = page.read_text(encoding="utf-8")
        changed = TABLE.sub(insert, text)
        if changed != text:
            page.write_text(changed, encoding="utf-8", newline="\n")
            print(f"docs/{page.name} changed")


if __name__ == "__main__":
    main()
