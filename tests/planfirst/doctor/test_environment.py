"""Python, packages, names, checkpoints: against real metadata and real folders."""

import pytest

from planfirst.doctor import environment
from planfirst.doctor.environment import check_checkpoints, check_names, check_packages, check_python


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Install a project's metadata, in a folder of its own, as the one that is examined."""

    def install(*lines: str) -> None:
        folder = tmp_path / "site" / "examined_project-1.0.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", "Name: examined-project", *lines, ""]))
        monkeypatch.syspath_prepend(str(folder.parent))
        monkeypatch.setattr(environment, "PROJECT", "examined-project")

    return install


def test_the_environment_of_the_tests_is_as_it_should_be(case):
    for check in (check_python, check_packages):
        (finding,) = check(case())
        assert finding.level == "ok", finding


def test_another_python_is_a_problem_with_its_mend(case, project):
    project("Version: 1", "Requires-Python: >=99")
    (finding,) = check_python(case())
    assert (finding.level, ">=99" in finding.mend) == ("problem", True)


def test_packages_missing_and_out_of_range_are_named_and_extras_are_not_asked_for(case, project):
    project(
        "Version: 1",
        "Requires-Dist: rich>=999",
        "Requires-Dist: typer>=0.1",
        "Requires-Dist: no-such-package-of-anybody",
        'Requires-Dist: another-missing-one; extra == "serve"',
        'Requires-Dist: one-for-old-pythons; python_version < "3"',
    )
    findings = list(check_packages(case()))
    assert [(finding.level, finding.mend) for finding in findings] == [
        ("problem", "pip install 'rich>=999'"),
        ("problem", "pip install 'no-such-package-of-anybody'"),
    ]


def test_a_project_that_is_not_installed_is_a_warning(case, monkeypatch):
    monkeypatch.setattr(environment, "PROJECT", "no-such-project-of-anybody")
    assert [finding.level for finding in check_packages(case())] == ["warning"]
    assert [finding.level for finding in check_python(case())] == ["ok"]


def test_a_module_that_would_shadow_ours_is_named(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [finding.level for finding in check_names(case())] == ["ok"]
    (tmp_path / "graph.py").write_text("")
    (finding,) = check_names(case())
    assert (finding.level, "graph.py" in finding.message) == ("warning", True)
    assert "rename" in finding.mend


def test_a_module_that_shadows_ours_is_a_problem(case, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "sneaky.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    monkeypatch.setattr(environment, "TOP_LEVEL", ("graph", "sneaky"))
    (finding,) = check_names(case())
    assert (finding.level, "sneaky.py" in finding.message) == ("problem", True)


@pytest.mark.parametrize(("value", "level"), [("true", "ok"), ("1", "ok"), ("false", "warning"), (None, "warning")])
def test_strict_reading_of_checkpoints(case, value, level):
    variables = {} if value is None else {"LANGGRAPH_STRICT_MSGPACK": value}
    (finding,) = check_checkpoints(case(environment=variables))
    assert finding.level == level
