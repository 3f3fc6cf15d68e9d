"""Modes of the console: each brings its own panel and script, and is offered to those who may open it."""

from typing import Any

import pytest

from infra.access import Permission
from maps.pages import modes
from maps.pages.modes.mode import Mode, View, Visit
from tests.world import SignIn, World


def _open(visit: Visit) -> View:
    return View(context={"ages": [], "today": visit.today}, settings={"word": "</script>spring tide"})


TIDE = Mode(
    name="tide",
    title="Tide",
    open=_open,
    panel="maps/ages.html",
    scripts=("maps/tide.js",),
    permission=Permission.SEE_REPORTS,
)


@pytest.fixture
def tide(monkeypatch: pytest.MonkeyPatch) -> Mode:
    monkeypatch.setattr(modes, "MODES", (*modes.MODES, TIDE))
    return TIDE


@pytest.mark.usefixtures("tide")
def test_a_mode_opens_with_its_own_panel_script_and_settings(world: World, as_person: SignIn) -> None:
    text = as_person(world.manager).get("/map/?mode=tide").content.decode()
    assert 'data-mode="tide" aria-current="page"' in text
    assert "/static/maps/tide.js" in text
    assert "register-mode.js" not in text
    assert "spring tide" in text
    assert "</script>spring" not in text
    assert 'id="filters"' not in text


@pytest.mark.usefixtures("tide")
def test_a_mode_is_offered_to_those_who_may_open_it(world: World, as_person: SignIn) -> None:
    def page(person: Any, address: str) -> str:
        return as_person(person).get(address).content.decode()

    assert 'data-mode="tide"' in page(world.manager, "/map/")
    assert 'data-mode="tide"' not in page(world.owner, "/map/")
    assert "maps/tide.js" not in page(world.owner, "/map/?mode=tide")


def test_an_unknown_mode_opens_the_first_one(world: World, as_person: SignIn) -> None:
    assert as_person(world.manager).get("/map/?mode=nonsense").context["mode"].name == "register"
