"""Models by settings on the command line: `ask` says in one line who answered, and what went wrong in one sentence."""

import os
import subprocess
import sys

import pytest

from planfirst.loopback import BAD_KEY, NO_QUOTA, LoopbackServer, Reply, ThreadHost

PLAN = '#E1 = calculate(expression="6 * 7")'


def ask(home, server=None, *arguments, **settings):
    given = {"MODEL": "m", "BASE_URL": server.base_url} if server else {}
    given = {f"PLANFIRST_{name}": value for name, value in {**given, **settings, "HOME": str(home)}.items()}
    return subprocess.run(
        [sys.executable, "-m", "planfirst", *(arguments or ("ask", "What is 6 * 7?"))],
        env={**os.environ, "OPENAI_API_KEY": "k", **given}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def serve():
    """Serve models beside synchronous code."""
    hosts = []

    def start(**models):
        hosts.append(ThreadHost(LoopbackServer(models)))
        return hosts[-1].start()

    yield start
    for host in hosts:
        host.stop()


def test_ask_says_who_answered_and_what_that_used(serve, own_home, tmp_path):
    prices = tmp_path / "prices.toml"
    prices.write_text("[m]\ninput = 10\noutput = 10\n", "utf-8")
    done = ask(own_home, serve(m=[PLAN, "It is 42 [E1]."]), PRICES=str(prices))
    assert done.returncode == 0, done.stderr
    assert "It is 42 [E1]." in done.stdout
    last = done.stdout.splitlines()[-1]
    assert "planner m, solver m · 2 model calls, " in last
    assert " tokens, $0.00" in last


def test_unknown_usage_is_called_unknown(serve, own_home):
    done = ask(own_home, serve(m=[PLAN, Reply("It is 42 [E1].", usage="missing")]))
    assert done.stdout.splitlines()[-1].endswith("2 model calls, tokens unknown, cost unknown")


def test_a_key_without_a_model_spends_nothing(serve, own_home):
    server = serve(m=[])
    done = ask(own_home, BASE_URL=server.base_url)
    assert "extractive mode: no language model took part" in done.stdout.splitlines()[-1]
    assert server.log.exchanges == []


def test_a_model_that_failed_is_named_with_what_stood_in(serve, own_home):
    done = ask(own_home, serve(m=[NO_QUOTA, "It is 42 [E1]."]))
    assert "planner extractive, solver m" in done.stdout.splitlines()[-1]
    assert "has no quota left" in done.stdout


def test_a_wrong_key_is_one_clear_sentence(serve, own_home):
    done = ask(own_home, serve(m=[BAD_KEY, BAD_KEY]))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "refuses the key (401, invalid_api_key); set OPENAI_API_KEY to one that this endpoint knows" in done.stderr


def test_settings_that_cannot_be_used_are_named_at_once(own_home):
    done = ask(own_home, MODEL="m", BASE_URL="nowhere", TEMPERATURE="hot")
    assert done.returncode == 1
    assert "PLANFIRST_BASE_URL is no address" in done.stderr
    assert "PLANFIRST_TEMPERATURE should be a valid number" in done.stderr


def test_doctor_calls_each_model_once_and_names_its_roles(serve, own_home):
    server = serve(m=lambda _: "ok", w=lambda _: "ok", f=[NO_QUOTA])
    done = ask(own_home, server, "doctor", WORKER_MODEL="w", FALLBACKS="f", WORKER_FALLBACKS="m")
    host = server.base_url.removesuffix("/v1")
    assert f"m at {host}/v1 (planner, fallback worker, solver) answers" in done.stdout
    assert f"w at {host}/v1 (worker) answers" in done.stdout
    assert f"f at {host}/v1 (fallback planner, fallback solver) is out of quota" in done.stdout
    assert sorted(exchange.request.model for exchange in server.log.exchanges) == ["f", "m", "w"]
