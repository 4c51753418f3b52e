"""docs/tour.ipynb runs, and what is committed in it is what the code prints today."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_docs import assert_same

nbformat = pytest.importorskip("nbformat", reason="nbclient and ipykernel run the notebook")
pytest.importorskip("ipykernel", reason="nbclient and ipykernel run the notebook")
NotebookClient = pytest.importorskip("nbclient").NotebookClient

ROOT = Path(__file__).parent.parent
TOUR = ROOT / "docs" / "tour.ipynb"
pytestmark = pytest.mark.slow


@pytest.fixture
def tour():
    return nbformat.read(TOUR, as_version=4)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Execute a notebook in a folder: an error with the traceback if one of its cells raises."""
    # Not the settings and the history of whoever runs the tests, who may have no HOME at all.
    for variable in ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR",
                     "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):  # fmt: skip
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)  # pictures belong into the notebook

    def execute(notebook, folder):
        where = {"metadata": {"path": str(folder)}}
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()

    return execute


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def pictures(cell):
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


def tolerance(cell):
    """How far numbers may be from those committed: by the cell's tag numbers-X, else by 1e-3."""
    tags = [tag for tag in cell.metadata.get("tags", []) if tag.startswith("numbers-")]
    return float(tags[0].removeprefix("numbers-")) if tags else 1e-3


def test_the_tour_runs_and_prints_what_is_committed(tour, run):
    committed = nbformat.read(TOUR, as_version=4)
    run(tour, TOUR.parent)
    for shown, real in zip(code_cells(committed), code_cells(tour), strict=True):
        assert_same(printed(shown), printed(real), tolerance(shown))
        assert pictures(shown) == pictures(real), shown.source


def test_the_tour_finds_the_project_from_its_folder_as_well(tour, run):
    tour.cells = code_cells(tour)[:2]  # up to the imports
    run(tour, ROOT)


def test_the_tour_fetches_the_project_where_it_lies_alone(tour, run, tmp_path):
    if shutil.which("git") is None:
        pytest.skip("there is no git")
    if subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip("this is not a git checkout, or one of somebody else's")
    typed = nbformat.v4.new_code_cell(f"input = lambda prompt: {str(ROOT)!r}")
    wanted = nbformat.v4.new_code_cell("print(os.path.realpath(xor_example.__file__))")
    tour.cells = [typed, *code_cells(tour)[:2], wanted]
    alone = tmp_path / "alone"
    alone.mkdir()
    for _ in range(2):  # the second time, it is there already
        run(tour, alone)
        assert printed(wanted) == f"{(alone / 'project' / 'xor_example.py').resolve()}\n"


def test_the_committed_tour_ran_from_top_to_bottom_without_a_warning(tour):
    cells = code_cells(tour)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert TOUR.stat().st_size < 1_000_000


def test_each_link_of_the_tour_leads_somewhere(tour):
    text = "\n".join(cell.source for cell in tour.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:].replace("-", " ") in headings
        else:
            assert (TOUR.parent / target).exists(), target


def test_the_tour_needs_nothing_but_numpy_scikit_learn_and_matplotlib(tour):
    """What it imports, and not only now and then: the rest is Python's own or this project's."""
    code = "\n".join(cell.source for cell in code_cells(tour))
    imported = {name.split(".")[0] for name in re.findall(r"^(?:import|from) ([\w.]+)", code, re.M)}
    own = {"neuralnet", "neuralnet_extras", "xor_example"}
    assert imported - own - set(sys.stdlib_module_names) == {"numpy", "sklearn", "matplotlib"}
