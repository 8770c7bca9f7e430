"""What `import planfirst` loads and does not load, and what it says when an app's module stands in the way."""

import subprocess
import sys

import pytest

HEAVY = {"torch", "sentence_transformers", "chromadb", "fastapi", "onnxruntime", "transformers", "pint", "openai"}


def python(code: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False, **options
    )


@pytest.mark.parametrize(
    "code",
    ["import planfirst", "from planfirst import Agent, build_graph, tool", "import planfirst.cli.main"],
)
def test_nothing_heavy_is_loaded(code):
    done = python(f"import sys\n{code}\nprint(*sorted({HEAVY!r} & set(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_the_package_itself_loads_nothing_but_itself():
    done = python(
        "import sys, planfirst\nprint(*(n for n in ('langgraph', 'graph', 'nodes', 'retrieval') if n in sys.modules))"
    )
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", ["graph", "nodes", "retrieval"])
def test_an_apps_own_module_in_the_way_is_named(tmp_path, name):
    (tmp_path / f"{name}.py").write_text("")
    done = python("import planfirst", cwd=tmp_path)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert str(tmp_path / f"{name}.py") in last
    assert "rename that module" in last


def test_unknown_names_are_attribute_errors():
    import planfirst

    with pytest.raises(AttributeError, match="Agnet"):
        _ = planfirst.Agnet
    assert {"Agent", "build_graph", "tool"} <= set(dir(planfirst))
