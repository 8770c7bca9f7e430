"""The Python that runs, the packages it has, the names they go by, and how checkpoints are read."""

import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from planfirst.doctor.values import Case, Finding

PROJECT = "planfirst"
TOP_LEVEL = ("graph", "nodes", "retrieval")
STRICT = "LANGGRAPH_STRICT_MSGPACK"
_TOLD = ("langgraph", "langchain-core", "chromadb", "sentence-transformers", "onnxruntime", "torch")
"""Packages whose versions are worth seeing when all is well."""


def check_python(_case: Case) -> Iterator[Finding]:
    """Hold the version of Python against what the project asks for."""
    version = ".".join(map(str, sys.version_info[:3]))
    wanted = _wanted_python()
    if wanted and not SpecifierSet(wanted).contains(version, prereleases=True):
        mend = f"make an environment with Python {wanted} and install PlanFirst there"
        yield Finding("problem", "Python", f"{version} runs, and PlanFirst needs {wanted}", mend)
    else:
        yield Finding("ok", "Python", f"{version} ({sys.executable})")


def _wanted_python() -> str:
    """Return the versions of Python the project asks for; empty where it is not installed as a package."""
    try:
        return str(metadata.metadata(PROJECT)["Requires-Python"])
    except metadata.PackageNotFoundError:
        return ""


def check_packages(_case: Case) -> Iterator[Finding]:
    """Hold the installed packages against the ranges in the project's metadata."""
    try:
        declared = metadata.requires(PROJECT) or []
    except metadata.PackageNotFoundError:
        message = "PlanFirst is not installed as a package, so the ranges of its dependencies are not known"
        yield Finding("warning", "packages", message, "pip install -e . in its folder")
        return
    wanted = [requirement for line in declared if _applies(requirement := Requirement(line))]
    amiss = [finding for requirement in wanted if (finding := _amiss(requirement))]
    yield from amiss
    if not amiss:
        told = ", ".join(f"{each.name} {metadata.version(each.name)}" for each in wanted if each.name in _TOLD)
        yield Finding("ok", "packages", f"all {len(wanted)} within their ranges ({told})")


def _applies(requirement: Requirement) -> bool:
    """Say whether a requirement holds here without any extra."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _amiss(requirement: Requirement) -> Finding | None:
    mend = f"pip install '{requirement.name}{requirement.specifier}'"
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return Finding("problem", "packages", f"{requirement.name} is missing", mend)
    if requirement.specifier.contains(version, prereleases=True):
        return None
    message = f"{requirement.name} {version} is installed, and {requirement.specifier} is what was tested"
    return Finding("problem", "packages", message, mend)


def check_names(_case: Case) -> Iterator[Finding]:
    """Find what stands, or could come to stand, before PlanFirst's own top-level packages."""
    root = Path(__file__).resolve().parents[2]
    shadows = [path for name in TOP_LEVEL if (path := _found(name)) and path.parent.parent != root]
    for path in shadows:
        mend = "rename that module, or start Python from another folder"
        yield Finding("problem", "names", f"Python finds {path} before PlanFirst's own package of that name", mend)
    here = Path.cwd().resolve()
    waiting = [path for name in TOP_LEVEL for path in (here / f"{name}.py", here / name) if path.exists()]
    if here != root and waiting:
        names = ", ".join(path.name for path in waiting)
        message = f"{names} in {here} would stand before PlanFirst's own package for a Python started there"
        yield Finding("warning", "names", message, "rename it, or start Python from another folder")
    elif not shadows:
        yield Finding("ok", "names", f"nothing shadows {', '.join(TOP_LEVEL)}")


def _found(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).resolve() if spec and spec.origin else None


def check_checkpoints(case: Case) -> Iterator[Finding]:
    """Tell whether a crafted checkpoint could name code to run."""
    if case.environment.get(STRICT, "").lower() in {"1", "true", "yes"}:
        yield Finding("ok", "checkpoints", "only plain data is read from them, by every saver")
    else:
        message = f"{STRICT} is off, so a saver other than PlanFirst's own may read more than plain data from them"
        yield Finding("warning", "checkpoints", message, f"export {STRICT}=true")
