"""Settings: where they come from, which goes before which, and every problem named at once."""

import os
from pathlib import Path

import pytest

from graph.roles import OPENAI, ModelSettings, ModelSpec
from graph.settings import read_settings
from graph.sources import VARIABLES
from nodes.context import deadline
from nodes.errors import ConfigurationError
from nodes.limits import Budgets

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def written(own_home, monkeypatch, tmp_path):
    """Write a planfirst.toml into a folder that is then the working one."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("PLANFIRST_CONFIG")

    def write(text, folder=folder):
        folder.mkdir(exist_ok=True)
        (folder / "planfirst.toml").write_text(text, "utf-8")

    return write


def models(role="planner"):
    return read_settings().models.of(role).models


def test_nothing_is_configured_and_a_key_alone_chooses_no_model(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    settings = read_settings()
    assert settings.models.names == frozenset()
    assert settings.budgets == Budgets()


def test_one_model_plays_every_role(monkeypatch):
    monkeypatch.setenv("PLANFIRST_MODEL", "m")
    for role in ("planner", "worker", "solver"):
        assert models(role) == (ModelSpec("m", OPENAI),)


def test_the_openai_clients_own_address_is_honoured_below_ours(monkeypatch):
    monkeypatch.setenv("PLANFIRST_MODEL", "m")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert models()[0].base_url == "http://127.0.0.1:1/v1"
    monkeypatch.setenv("PLANFIRST_BASE_URL", "http://127.0.0.1:2/v1")
    assert models()[0].base_url == "http://127.0.0.1:2/v1"


def test_each_role_has_its_own_and_takes_what_it_does_not_say_from_all(monkeypatch):
    given = {
        "MODEL": "big", "BASE_URL": "https://a.example/v1", "TEMPERATURE": "0", "API_KEY_ENV": "A_KEY",
        "FALLBACKS": "middle, small@http://127.0.0.1:11434/v1", "WORKER_MODEL": "tiny",
        "WORKER_BASE_URL": "http://127.0.0.1:8000/v1", "WORKER_MAX_TOKENS": "64", "SOLVER_TEMPERATURE": "0.7",
        "WORKER_FALLBACKS": "other",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"PLANFIRST_{name}", value)
    big = ModelSpec("big", "https://a.example/v1", "A_KEY", 0.0)
    middle, small = (
        ModelSpec("middle", "https://a.example/v1", "A_KEY", 0.0),
        ModelSpec("small", "http://127.0.0.1:11434/v1", "A_KEY", 0.0),
    )
    assert models("planner") == (big, middle, small)
    tiny = ModelSpec("tiny", "http://127.0.0.1:8000/v1", "A_KEY", 0.0, 64)
    assert models("worker") == (tiny, ModelSpec("other", "http://127.0.0.1:8000/v1", "A_KEY", 0.0, 64))
    assert [spec.temperature for spec in models("solver")] == [0.7, 0.7, 0.7]


def test_a_role_may_have_a_model_alone(monkeypatch):
    monkeypatch.setenv("PLANFIRST_SOLVER_MODEL", "m")
    assert (models("planner"), models("worker"), models("solver")) == ((), (), (ModelSpec("m"),))


FILE = """
plan_format = "auto"
prices = "my-prices.toml"

[model]
name = "from-file"
temperature = 0.5
fallbacks = ["b", { name = "c", base_url = "http://127.0.0.1:9/v1", api_key_env = "C_KEY" }]

[solver]
name = "solver-from-file"
fallbacks = []

[budgets]
tokens = 1000
cost = 0.5
"""


def test_a_file_says_the_same(written):
    written(FILE)
    settings = read_settings()
    assert models("planner") == (
        ModelSpec("from-file", temperature=0.5),
        ModelSpec("b", temperature=0.5),
        ModelSpec("c", "http://127.0.0.1:9/v1", "C_KEY", 0.5),
    )
    assert models("solver") == (ModelSpec("solver-from-file", temperature=0.5),)
    assert (settings.models.plan_format, settings.prices) == ("auto", Path("my-prices.toml"))
    assert settings.budgets == Budgets(tokens=1000, cost=0.5)


def test_python_goes_before_the_environment_and_that_before_the_file(written, monkeypatch):
    written(FILE)
    monkeypatch.setenv("PLANFIRST_MODEL", "from-environment")
    monkeypatch.setenv("PLANFIRST_BUDGET_TOKENS", "7")
    assert [spec.name for spec in models("planner")] == ["from-environment", "b", "c"]
    assert models("planner")[0].temperature == 0.5  # each setting goes by itself
    assert models("solver")[0].name == "solver-from-file"
    assert read_settings().budgets == Budgets(tokens=7, cost=0.5)
    settings = read_settings().models
    assert settings.playing("p").solver.models == (ModelSpec("p", temperature=0.5),)
    assert settings.overridden({"solver": ["s", ModelSpec("t")]}).solver.models == (
        ModelSpec("s", temperature=0.5),
        ModelSpec("t"),
    )
    assert settings.overridden({"solver": None}).solver.models == ()
    assert settings.overridden({"solver": None}).planner == settings.planner


def test_the_working_folder_goes_before_the_home_and_a_named_file_before_both(written, own_home, monkeypatch, tmp_path):
    written('model.name = "home"', own_home)
    assert models()[0].name == "home"
    written('model.name = "here"')
    assert models()[0].name == "here"
    named = tmp_path / "named.toml"
    named.write_text('model.name = "named"', "utf-8")
    monkeypatch.setenv("PLANFIRST_CONFIG", str(named))
    assert models()[0].name == "named"
    monkeypatch.setenv("PLANFIRST_CONFIG", os.devnull)
    assert models() == ()


BAD_FILE = """
plan_fromat = "text"
[model]
nmae = "m"
temperature = "hot"
[planner]
base_url = "127.0.0.1:11434"
fallbacks = [{ nme = "x" }]
[budgets]
tokens = 0
"""


def test_every_problem_is_named_at_once_with_its_place_and_the_mend(written, monkeypatch):
    written(BAD_FILE)
    monkeypatch.setenv("PLANFIRST_MAX_TOKENS", "many")
    monkeypatch.setenv("PLANFIRST_SOLVER_BASE_URL", "ftp://x")
    monkeypatch.setenv("PLANFIRST_PLANER_MODEL", "m")
    monkeypatch.setenv("PLANFIRST_PLAN_FORMAT", "yaml")
    with pytest.raises(ConfigurationError) as caught:
        read_settings()
    said = str(caught.value)
    for part in (
        "plan_fromat is no setting; write plan_format",
        "model.nmae is no setting; write name",
        "model.temperature should be a valid number",
        "planner.base_url is no address; write one such as http://127.0.0.1:11434/v1",
        "planner.fallbacks.0.nme is no setting; write name",
        "budgets.tokens should be greater than or equal to 1",
        "PLANFIRST_MAX_TOKENS should be a valid integer",
        "PLANFIRST_SOLVER_BASE_URL is no address",
        "PLANFIRST_PLANER_MODEL is no setting; write PLANFIRST_PLANNER_MODEL",
        "PLANFIRST_PLAN_FORMAT should be 'text', 'json_schema' or 'auto'",
    ):
        assert part in said
    assert "planfirst.toml" in said


@pytest.mark.parametrize("text", ["model = ", "model = 3", b"\xff\xfe"])
def test_a_file_that_is_no_such_file_is_named(written, tmp_path, text):
    written("")
    path = tmp_path / "work" / "planfirst.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigurationError, match=r"planfirst\.toml"):
        read_settings()


def test_a_file_that_is_named_and_missing_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("PLANFIRST_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be read"):
        read_settings()


def test_variables_of_other_programs_are_left_alone(monkeypatch):
    monkeypatch.setenv("PLANFIRST_SERVER_PORT", "80")
    assert read_settings().models.names == frozenset()


def test_every_variable_is_documented_and_every_documented_one_exists():
    example = (ROOT / ".env.example").read_text("utf-8")
    documented = {line.lstrip("# ").partition("=")[0] for line in example.splitlines() if "=" in line}
    assert documented >= {"PLANFIRST_HOME", "PLANFIRST_CONFIG", "PLANFIRST_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"}
    ours = {name for name in documented if name.startswith("PLANFIRST_")} - {"PLANFIRST_HOME", "PLANFIRST_CONFIG"}
    assert ours <= VARIABLES.keys()
    roles = {name.replace("_PLANNER", "").replace("_WORKER", "").replace("_SOLVER", "") for name in VARIABLES}
    assert roles <= ours


@pytest.mark.parametrize("given", [3, [], object()])
def test_what_cannot_be_a_model_is_refused(given):
    with pytest.raises(ConfigurationError):
        ModelSettings().playing(given)


def test_an_unknown_role_is_refused():
    with pytest.raises(ConfigurationError, match="planner, worker, solver"):
        ModelSettings().overridden({"plannner": "m"})


def test_who_approves_and_until_when_is_a_setting_in_any_form_of_time(written, monkeypatch):
    assert (read_settings().approve, read_settings().expires) == ("none", None)
    written('approve = "write"\nexpires = 2030-01-31T18:00:00Z\n')
    assert (read_settings().approve, deadline(read_settings().expires, 0.0)) == ("write", 1896112800.0)
    monkeypatch.setenv("PLANFIRST_EXPIRES", "60")
    assert deadline(read_settings().expires, 1.0) == 61.0


@pytest.mark.parametrize(("name", "value"), [("PLANFIRST_APPROVE", "maybe"), ("PLANFIRST_EXPIRES", "soon")])
def test_an_approval_setting_that_says_nothing_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        read_settings()
