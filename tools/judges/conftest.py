"""What the judges in Python have in common: where the sandbox is, and how a verdict is written.

Each test is a case. Its verdict is a line of JSON in the file that JUDGE_CASES names, written before the next test begins.
"""

import importlib.metadata
import json
import os
import subprocess

import pytest

JUDGED = json.loads(os.environ["JUDGED"])


def write(**line):
    with open(os.environ["JUDGE_CASES"], "a", encoding="utf-8") as cases:
        cases.write(json.dumps(line) + "\n")


def pytest_collection_finish(session):
    for module in {item.module for item in session.items}:
        versions = [f"{name} {importlib.metadata.version(name)}" for name in module.JUDGE]
        if not versions:  # that of a command
            versions = subprocess.run([os.environ["AWS_CLI"], "--version"], capture_output=True, text=True, check=True).stdout.split()[:1]
        write(version=", ".join(versions))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" or report.failed:
        write(case=item.name, ok=report.passed, why=str(report.longrepr or "")[-800:])
    return report


def pytest_sessionfinish(session, exitstatus):
    """What failed is in the verdicts, and which of it is known elsewhere."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        session.exitstatus = pytest.ExitCode.OK


@pytest.fixture(scope="session")
def judged():
    return JUDGED
