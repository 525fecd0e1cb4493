"""Dashboard and alert rules speak of figures that are exported, under labels that they have; promtool takes them."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from sextant.telemetry.metrics import METRICS

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"

# What Prometheus itself, and its client library's look at the process, add.
THEIRS = {
    "up": {"job", "part", "instance"},
    "process_resident_memory_bytes": {"instance"},
    "process_cpu_seconds_total": {"instance"},
    "process_open_fds": {"instance"},
}
_SELECTOR = re.compile(r"\b([a-z]\w*)\s*(?:\{([^}]*)\})")
_BARE = re.compile(r"\b((?:sextant|mcp|gen_ai|http|process)_\w+)\b")
_BY = re.compile(r"(?:by|on|ignoring)\s*\(([^)]*)\)")


def exported():
    """Return the labels of every series that there is, by its name."""
    found = dict(THEIRS)
    for metric in METRICS:
        labels = {*metric.labels, "instance", "job", "part"}
        if metric.kind == "histogram":
            found |= {f"{metric.name}_{end}": labels for end in ("count", "sum")}
            found[f"{metric.name}_bucket"] = {*labels, "le"}
        else:
            found[metric.exported] = labels
    return found


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"] for rule in group["rules"]]


def panels():
    board = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text("utf-8"))
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def expressions():
    yield from ((rule["alert"], rule["expr"]) for rule in rules())
    yield from ((panel["title"], target["expr"]) for panel in panels() for target in panel["targets"])


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_series_that_is_asked_for_is_exported(where, expression):
    known = exported()
    by = {label.strip() for found in _BY.findall(expression) for label in found.split(",")} - {""}
    names = set(_BARE.findall(re.sub(r"\{[^}]*\}|" + _BY.pattern, "", expression)))
    names |= {name for name, _ in _SELECTOR.findall(expression)}
    assert names
    assert names <= set(known)
    labels = set.union(*(known[name] for name in names))
    assert by <= labels
    for name, selector in _SELECTOR.findall(expression):
        assert set(re.findall(r"(\w+)\s*[=!]~?", selector)) <= known[name]


def test_every_value_that_is_asked_for_is_one_that_there_is():
    allowed = {
        (metric.name, label): values
        for metric in METRICS
        for label, values in metric.labels.items()
        if isinstance(values, frozenset)
    }
    seen = 0
    for where, expression in expressions():
        for name, selector in _SELECTOR.findall(expression):
            metric = next((m.name for m in METRICS if name.startswith(m.name)), "")
            for label, value in re.findall(r'(\w+)\s*[=!]~?\s*"([^"$]*)"', selector):
                if values := allowed.get((metric, label)):
                    seen += 1
                    assert set(value.split("|")) <= values, (where, label)
    assert seen


def test_every_figure_of_ours_is_on_the_dashboard():
    said = " ".join(target["expr"] for panel in panels() for target in panel["targets"])
    assert [metric.name for metric in METRICS if metric.name not in said] == []


def test_every_panel_and_every_alert_says_what_it_is():
    assert all(panel["description"].endswith(".") for panel in panels())
    assert all({"summary", "action"} <= set(rule["annotations"]) for rule in rules())
    assert {rule["labels"]["severity"] for rule in rules()} == {"critical", "warning"}


def test_every_alert_is_tried_in_the_tests_of_the_rules():
    tests = yaml.safe_load((DEPLOY / "prometheus" / "alerts.test.yml").read_text("utf-8"))["tests"]
    assert {rule["alert"] for rule in rules()} == {test["name"] for test in tests} - {"all is well"}


def test_the_documentation_names_every_figure_and_every_alert():
    told = (ROOT / "docs" / "observing.md").read_text("utf-8")
    assert [metric.exported for metric in METRICS if f"`{metric.exported}`" not in told] == []
    assert [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in told] == []


@pytest.mark.promtool
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
)
def test_promtool_takes_configuration_and_rules_and_their_tests_pass(arguments):
    done = subprocess.run(
        ["promtool", *arguments], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
