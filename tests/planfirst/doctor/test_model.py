"""The model's endpoint over real HTTP on loopback: every way it fails is named, no key is shown, nothing hangs."""

import json

import pytest

from graph.roles import OPENAI, ModelSpec
from nodes.errors import ConfigurationError
from planfirst.doctor.model import check_model, check_ollama
from planfirst.doctor.values import loopback

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def finding_of(case, port: int, **fields):
    base_url = f"http://user:{KEY}@127.0.0.1:{port}/v1?token={KEY}"
    (finding,) = check_model(case(model="m", base_url=base_url, environment={"OPENAI_API_KEY": KEY}, **fields))
    assert KEY not in repr(finding)
    assert f"m at http://127.0.0.1:{port}/v1" in finding.message
    return finding


def test_a_model_that_answers_is_called_once(case, endpoint):
    assert finding_of(case, endpoint.port).level == "ok"
    assert [method for method, _ in endpoint.asked] == ["POST"]


MISSING = {"error": {"message": f"model not found, key {KEY}", "type": "not_found_error"}}


@pytest.mark.parametrize(
    ("status", "body", "level", "said", "mend"),
    [
        (401, {"error": {"message": f"bad key {KEY}"}}, "problem", "refuses the key (401)", "export OPENAI_API_KEY"),
        (403, {}, "problem", "refuses the key (403)", "export OPENAI_API_KEY"),
        (404, MISSING, "problem", "does not have that model", "ollama pull m"),
        (404, b"404 page not found", "problem", "no such address", "ends in /v1"),
        (404, {"detail": "Not Found"}, "problem", "no such address", "ends in /v1"),
        (429, {"error": {"message": "slow down"}}, "warning", "out of quota", "wait"),
        (500, {"error": {"message": "oops"}}, "problem", "failing by itself (500)", "log"),
        (400, {"error": {"message": "no"}}, "warning", "did not accept the test call (400)", "ask a question"),
        (200, b"<html>", "problem", "no usable reply", "PLANFIRST_BASE_URL"),
    ],
)
def test_what_an_endpoint_says_is_named_by_its_kind(case, endpoint, status, body, level, said, mend):
    endpoint.says(status, body)
    finding = finding_of(case, endpoint.port)
    assert (finding.level, said in finding.message, mend in finding.mend) == (level, True, True), finding
    assert len(endpoint.asked) == 1


def test_an_endpoint_that_refuses_the_connection(case, closed_port):
    finding = finding_of(case, closed_port)
    assert (finding.level, "refuses the connection" in finding.message) == ("problem", True)


def test_an_endpoint_that_never_answers_is_given_up(case, endpoint):
    endpoint.says(None)
    finding = finding_of(case, endpoint.port, model_seconds=0.3)
    assert (finding.level, "no reply within 0.3 s" in finding.message) == ("problem", True)


def test_a_model_without_a_key_is_a_problem(case, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        list(check_model(case(model="m", base_url="https://models.example.org/v1")))


def test_a_model_on_this_machine_needs_no_key(case, endpoint, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    (finding,) = check_model(case(model="m", base_url=f"http://127.0.0.1:{endpoint.port}/v1"))
    assert finding.level == "ok"


def test_without_a_model_the_embedded_default_answers_and_a_key_spends_nothing(case):
    findings = list(check_model(case(environment={"OPENAI_API_KEY": KEY})))
    assert [finding.level for finding in findings] == ["ok", "note"]
    assert "embedded default" in findings[0].message
    assert "spends nothing" in findings[1].message
    assert KEY not in repr(findings)


def test_an_endpoint_without_a_model_is_a_warning_and_is_not_called(case, endpoint):
    base_url = f"http://127.0.0.1:{endpoint.port}/v1"
    findings = list(check_model(case(environment={"PLANFIRST_BASE_URL": base_url})))
    assert [finding.level for finding in findings] == ["ok", "warning"]
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        (None, "https://api.openai.com/v1"),
        ("https://u:p@host:8443/v1?key=x#y", "https://host:8443/v1"),
        ("http://host:port/v1", "http://host/v1"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address, seen):
    assert ModelSpec("m", address or OPENAI).endpoint == seen


def test_a_local_ollama_is_offered_and_asked_for_nothing_but_its_models(case, endpoint):
    endpoint.says(200, {"models": [{"name": "qwen3:8b"}, {"name": "b; rm -rf ~"}, {}]})
    (finding,) = check_ollama(case(ollama=("127.0.0.1", endpoint.port)))
    assert finding.level == "note"
    assert f"PLANFIRST_MODEL=qwen3:8b PLANFIRST_BASE_URL=http://127.0.0.1:{endpoint.port}/v1" in finding.mend
    assert endpoint.asked == [("GET", "/api/tags")]


def test_a_models_name_cannot_become_a_command(case, endpoint):
    endpoint.says(200, {"models": [{"name": "b; rm -rf ~"}]})
    (finding,) = check_ollama(case(ollama=("127.0.0.1", endpoint.port)))
    assert "PLANFIRST_MODEL='b; rm -rf ~' " in finding.mend


def test_an_ollama_without_models_says_how_to_get_one(case, endpoint):
    endpoint.says(200, {"models": []})
    (finding,) = check_ollama(case(ollama=("127.0.0.1", endpoint.port)))
    assert finding.mend == "ollama pull MODEL"


@pytest.mark.parametrize("body", [b"<html>", json.dumps([1]).encode(), json.dumps({"models": 3}).encode()])
def test_what_does_not_speak_like_ollama_is_none(case, endpoint, body):
    endpoint.says(200, body)
    assert list(check_ollama(case(ollama=("127.0.0.1", endpoint.port)))) == []


def test_no_ollama_or_one_that_never_answers_is_none(case, endpoint, closed_port):
    endpoint.says(None)
    for port in (closed_port, endpoint.port):
        assert list(check_ollama(case(ollama=("127.0.0.1", port)))) == []


def test_where_a_model_is_configured_ollama_is_not_asked(case, endpoint):
    assert list(check_ollama(case(model="m", ollama=("127.0.0.1", endpoint.port)))) == []
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("", ("127.0.0.1", 11434)),
        ("0.0.0.0:5000", ("127.0.0.1", 5000)),
        ("http://localhost:5000/", ("127.0.0.1", 5000)),
        ("gpu.example.org:11434", None),
        ("127.0.0.1:99999", None),
        ("127.0.0.1:x", None),
    ],
)
def test_only_this_machine_is_looked_at(address, found):
    assert loopback(address) == found
