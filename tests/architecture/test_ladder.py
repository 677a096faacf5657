"""The ladder of docs/decisions/0001: an app asks down, never up, and never reaches into another's verbs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parent.parent.parent

# Bottom to top; the apps of one rung may not import each other.
LADDER = [
    ["kernel"],
    ["people"],
    ["notices"],
    ["pages"],
    ["courses.curriculum"],
    ["courses.cohorts"],
    ["courses.journal"],
    ["courses.evaluation"],
    ["community.sets", "community.circles", "community.directory", "community.twinning"],
    ["coaching"],
    ["accreditation.pathways"],
    ["accreditation.credentials"],
    ["centre"],
]
RUNG = {app: rung for rung, names in enumerate(LADDER) for app in names}
# What a higher app may import of a lower one; the other modules (actions, forms, views …) are a lower app's own.
OPEN = {
    "kernel": None,  # all of it
    # What every app does with people and notices: write the audit, say what it holds, tell, schedule, fill a calendar.
    "people": {"models", "selectors", "rules", "facts", "audit", "mydata", "zones", "consents"},
    "notices": {"models", "selectors", "rules", "facts", "kinds", "telling", "due", "calendar"},
    "pages": {"models", "selectors", "rules", "facts", "blocks", "loading", "shipped", "templatetags"},
}
OPEN_EVERYWHERE = {"models", "selectors", "rules", "facts"}
# The top composes: it may call what the others only offer to people.
COMPOSES = "centre"

# Inside an app, lower lines import nothing of higher ones.
LAYERS = [
    {"facts", "rules", "apps", "blocks", "shipped", "consents", "zones", "instruments", "meeting"},
    {"models"},
    {"kinds", "selectors", "loading", "translations", "calendar", "audit", "wire"},
    {"due", "telling"},
    {"actions"},
    {"forms", "adapter"},
    {"views", "consumers", "receivers", "mydata", "wagtail_hooks", "templatetags", "urls", "management"},
]
LAYER = {module: number for number, modules in enumerate(LAYERS) for module in modules}


def sources() -> Iterator[tuple[str, str, Path]]:
    """(app, module inside it, file) of every source file."""
    for app in RUNG:
        name = app.replace(".", "/")
        folder = ROOT / "site" / name if (ROOT / "site" / name).is_dir() else ROOT / name
        for path in sorted(folder.rglob("*.py")):
            if "migrations" not in path.parts:
                yield app, path.relative_to(folder).parts[0].removesuffix(".py"), path


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module or name that a file imports, fully dotted."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def owner(dotted: str) -> tuple[str, str] | None:
    """(app, module inside it) that an import names, if it is one of ours."""
    for app in sorted(RUNG, key=len, reverse=True):
        if dotted == app or dotted.startswith(app + "."):
            return app, dotted.removeprefix(app).lstrip(".").split(".")[0]
    return None


def test_nobody_imports_upwards_or_sideways():
    climbs = [
        f"{path.relative_to(ROOT)}:{line} {app} imports {target}"
        for app, _module, path in sources()
        for dotted, line in imports(path)
        if (found := owner(dotted)) and (target := found[0]) != app and RUNG[target] >= RUNG[app]
    ]
    assert not climbs


def test_nobody_imports_another_apps_verbs():
    reaches = [
        f"{path.relative_to(ROOT)}:{line} {app} imports {dotted}"
        for app, _module, path in sources()
        if app != COMPOSES
        for dotted, line in imports(path)
        if (found := owner(dotted)) and found[0] != app and not _open(*found)
    ]
    assert not reaches


def _open(app: str, module: str) -> bool:
    allowed = OPEN.get(app, OPEN_EVERYWHERE)
    return allowed is None or module in allowed


def test_layers_inside_each_app():
    upside_down = [
        f"{path.relative_to(ROOT)}:{line} {module} imports {found[1]}"
        for app, module, path in sources()
        if app not in ("kernel", COMPOSES) and module in LAYER
        for dotted, line in imports(path)
        if (found := owner(dotted)) and found[0] == app and LAYER.get(found[1], -1) > LAYER[module]
    ]
    assert not upside_down


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for _app, _module, path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_foreign_keys_point_down():
    """String foreign keys escape a walk over imports; these do not."""
    labels = {config.label: name for name in RUNG for config in apps.get_app_configs() if config.name == name}
    up = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in labels
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | OneToOneField | ManyToManyField)
        and field.related_model._meta.app_label in labels
        and RUNG[labels[field.related_model._meta.app_label]] > RUNG[labels[model._meta.app_label]]
    ]
    assert not up


@pytest.mark.parametrize("layer", ["models", "selectors", "actions", "rules", "facts"])
def test_lower_layers_know_no_requests(layer):
    """Business code speaks of people and things, not of HTTP."""
    web = [
        f"{path.relative_to(ROOT)}:{line} {dotted}"
        for app, module, path in sources()
        if module == layer and app != "pages"
        for dotted, line in imports(path)
        if dotted.startswith(("django.http", "django.shortcuts", "django.views"))
    ]
    assert not web
