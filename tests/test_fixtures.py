"""The reference data is complete, consistent with itself, and sound enough to build the register on."""

import csv
import json
import re
import unicodedata
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from infra.spatial.schematic import commune_cells, union_of_cells

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CONTRACT_ITEMS = {
    "certificate_valid", "certificate_posted", "as_built", "emf_power_density", "emf_field_strength",
    "earthing_resistance", "lightning_continuity", "structure_verticality", "guys", "bolts_corrosion",
    "aviation_light", "fire_extinguishers", "electrical", "fence_lock_sign", "cable_tidy",
}  # fmt: skip
CONTRACT_ORGANIZATIONS = {
    "VIETTEL", "VNPT", "MOBIFONE", "VIETNAMOBILE", "GMOBILE", "VNPOST", "VIETTELPOST", "HATANG",
}  # fmt: skip


@cache
def table(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "units" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def document(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


@cache
def cells() -> dict[str, shapely.MultiPolygon]:
    rows = table("communes_country")
    made = commune_cells([(float(r["lon"]), float(r["lat"])) for r in rows], [float(r["area_km2"]) for r in rows])
    return {row["code"]: cell for row, cell in zip(rows, made, strict=True)}


def all_files() -> list[Path]:
    return sorted(p for p in FIXTURES.rglob("*") if p.suffix in {".json", ".csv", ".md"})


@pytest.mark.parametrize("path", all_files(), ids=lambda p: str(p.relative_to(FIXTURES)))
def test_files_are_nfc_text_without_carriage_returns(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text


@pytest.mark.parametrize("path", sorted(FIXTURES.rglob("*.json")), ids=lambda p: p.stem)
def test_verified_agrees_with_confidence_and_periods_run_forward(path: Path) -> None:
    def rows(value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return [row for item in value for row in rows(item)]
        if isinstance(value, dict):
            return [value, *rows(list(value.values()))]
        return []

    for row in rows(json.loads(path.read_text(encoding="utf-8"))):
        if row.get("verified"):
            assert row["confidence"] in {"V", "V2"}, row
        if row.get("valid_to"):
            assert row["valid_from"] <= row["valid_to"], row


# --- units ------------------------------------------------------------------------------------------------------------


def test_the_country_has_34_provinces_and_3321_communes() -> None:
    provinces, communes = table("provinces_2025"), table("communes_country")
    assert len({p["code"] for p in provinces}) == 34
    assert len({c["code"] for c in communes}) == len(communes) == 3321
    per_province = Counter(c["province_code"] for c in communes)
    assert {p["code"]: int(p["communes"]) for p in provinces} == dict(per_province)
    assert Counter(bool(p["metric_srid"]) for p in provinces) == {True: 17, False: 17}


def test_hung_yen_has_93_communes_and_11_wards() -> None:
    communes = table("communes_33")
    assert len({c["code"] for c in communes}) == 104
    assert Counter(c["type"] for c in communes) == {"xa": 93, "phuong": 11}
    assert Counter(c["former_province"] for c in communes) == {"Hưng Yên": 39, "Thái Bình": 65}
    assert sum(float(c["area_km2"]) for c in communes) == pytest.approx(2514.81, abs=0.1)


def test_the_two_tables_of_hung_yen_agree() -> None:
    country = {c["code"]: c for c in table("communes_country") if c["province_code"] == "33"}
    assert len(country) == 104
    for commune in table("communes_33"):
        twin = country[commune["code"]]
        for column in ("type", "name", "lon", "lat", "area_km2", "population"):
            assert commune[column] == twin[column], (commune["code"], column)


def test_populations_and_areas_are_possible() -> None:
    for commune in table("communes_country"):
        assert 0.5 < float(commune["area_km2"]) < 1200, commune
        if commune["population_basis"] != "unknown":
            assert 50 <= int(commune["population"]) < 320_000, commune


def test_names_are_clean() -> None:
    for name in ("provinces_2025", "communes_country", "communes_before_2025"):
        for row in table(name):
            assert re.fullmatch(r"\S+( \S+)*", row["name"]), row


def test_successions_refer_to_known_units_and_every_old_commune_continues() -> None:
    old = {c["code"] for c in table("communes_before_2025")}
    new = {c["code"] for c in table("communes_33")}
    rows = table("successions_33")
    assert len(old) == 381
    assert {r["old_code"] for r in rows} == old
    assert {r["new_code"] for r in rows} == new
    sound = [r for r in rows if r["check"] == "confirmed"]
    heirs = Counter(r["old_code"] for r in sound)
    assert set(heirs) == old
    assert all((r["share"] == "whole") == (heirs[r["old_code"]] == 1) for r in sound)
    assert [(r["old_code"], r["new_code"]) for r in rows if r["check"] == "impossible"] == [("13219", "11995")]


# --- schematic boundaries ---------------------------------------------------------------------------------------------


def test_schematic_boundaries_tile_the_country() -> None:
    boundaries = np.array(list(cells().values()))
    assert shapely.is_valid(boundaries).all()
    assert shapely.coverage_is_valid(boundaries)


def test_every_centroid_lies_in_its_own_boundary() -> None:
    for row in table("communes_country"):
        assert cells()[row["code"]].covers(shapely.Point(float(row["lon"]), float(row["lat"])))


def test_schematic_provinces_tile_the_country_without_holes() -> None:
    members: dict[str, list[shapely.MultiPolygon]] = {}
    for row in table("communes_country"):
        members.setdefault(row["province_code"], []).append(cells()[row["code"]])
    outlines = np.array([union_of_cells(parts) for parts in members.values()])
    assert shapely.is_valid(outlines).all()
    assert shapely.coverage_is_valid(outlines)
    assert not sum(len(part.interiors) for outline in outlines for part in outline.geoms)
    assert shapely.get_num_coordinates(outlines).sum() < 10_000


def test_schematic_boundaries_refuse_a_lonely_point() -> None:
    with pytest.raises(ValueError, match="at least two"):
        commune_cells([(106.0, 20.5)], [20.0])


# --- law --------------------------------------------------------------------------------------------------------------


def test_the_catalogue_has_72_rules_with_unique_codes() -> None:
    rules = document("law/rules")
    codes = [r["code"] for r in rules] + [p["code"] for r in rules for p in r["parts"]]
    assert len(rules) == 72
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[0-9]+/[0-9]{4}/ND-CP:[a-z0-9]+(\.[a-z0-9]+){0,2}", code) for code in codes)


def test_only_rules_with_a_known_frame_and_article_are_proposed() -> None:
    for rule in document("law/rules"):
        low, high = rule["min_vnd"], rule["max_vnd"]
        if rule["proposable"]:
            assert rule["article"], rule["code"]
            assert 0 < low < high <= 200_000_000, rule["code"]
        if low is not None:
            assert low < high


def test_an_expired_certificate_costs_20_to_30_million() -> None:
    rule = next(r for r in document("law/rules") if r["code"] == "15/2020/ND-CP:54.3.a")
    assert (rule["min_vnd"], rule["max_vnd"], rule["verified"]) == (20_000_000, 30_000_000, True)


def test_decrees_of_rules_are_listed_and_fields_have_a_maximum() -> None:
    texts = {t["code"] for t in document("law/texts")}
    fields = {f["field"] for f in document("law/field_maxima")}
    for rule in document("law/rules"):
        assert rule["decree"] in texts
        assert rule["field"] in fields


def test_authorities_change_from_amounts_to_shares_on_1_july_2025() -> None:
    for authority in document("law/authorities"):
        if authority["valid_from"] >= "2025-07-01":
            assert authority["share_of_field_maximum"] in {0.5, 0.8, 1.0}
        else:
            assert authority["valid_to"] == "2025-06-30"
            assert authority["max_vnd_organization"] > 0


def test_every_deadline_of_the_contract_has_a_clock_in_force() -> None:
    clocks = document("law/clocks")["clocks"]
    open_names = {c["name"] for c in clocks if c["valid_to"] is None}
    assert open_names >= {
        "decision", "hearing_request", "written_explanation", "serve", "payment", "limitation", "execution_limitation"
    }  # fmt: skip


def is_working_day(day: date) -> bool:
    calendar = document("law/working_calendar")
    listed = {d["date"]: d["kind"] for d in calendar["days"]}
    if day.isoformat() in listed:
        return bool(listed[day.isoformat()] == "working_day")
    return day.isoweekday() not in calendar["weekend"]


def add_working_days(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@pytest.mark.parametrize(
    ("record", "decision"),
    [(date(2026, 3, 2), date(2026, 3, 11)), (date(2026, 2, 11), date(2026, 2, 27))],
    ids=["plain", "across Tet"],
)
def test_seven_working_days_by_the_calendar(record: date, decision: date) -> None:
    assert add_working_days(record, 7) == decision


def test_every_day_off_in_exchange_has_its_working_day() -> None:
    days = {d["date"]: d for d in document("law/working_calendar")["days"]}
    for made_up in (d for d in days.values() if d["kind"] == "working_day"):
        assert days[made_up["instead_of"]]["instead_of"] == made_up["date"]
        assert date.fromisoformat(made_up["date"]).isoweekday() == 6


# --- checklist and lookups --------------------------------------------------------------------------------------------


def test_the_safety_checklist_has_30_items_and_the_codes_others_rely_on() -> None:
    checklist = document("checklists/bts-safety")
    codes = [item["code"] for item in checklist["items"]]
    assert len(codes) == len(set(codes)) == 30
    assert set(codes) >= CONTRACT_ITEMS
    assert {i["group"] for i in checklist["items"]} == {g["code"] for g in checklist["groups"]}


def checklists() -> list[Path]:
    return sorted((FIXTURES / "checklists").glob("*.json"))


def test_a_checklist_ships_for_everything_that_is_inspected() -> None:
    assert {path.stem for path in checklists()} == {
        "bts-safety", "hung-cables", "internet-point", "it-security", "network-node", "postal-point",
        "printing-premises",
    }  # fmt: skip


@pytest.mark.parametrize("path", checklists(), ids=lambda p: p.stem)
def test_items_stand_under_a_heading_and_cite_known_rules_and_the_limits_in_force(path: Path) -> None:
    rules = {r["code"]: r for r in document("law/rules")}
    limits = {row["code"]: row for row in document("lookups/limits") if row["valid_to"] is None}
    checklist = json.loads(path.read_text(encoding="utf-8"))
    assert path.stem == checklist["code"]
    assert len({item["code"] for item in checklist["items"]}) == len(checklist["items"])
    assert {item["group"] for item in checklist["items"]} == {group["code"] for group in checklist["groups"]}
    for item in checklist["items"]:
        for code in [item["rule"], *item["other_rules"]]:
            assert code is None or rules[code]["proposable"], item["code"]
        if item["limit"] and item["limit"]["code"]:
            limit = limits[item["limit"]["code"]]
            for key in ("value", "unit", "comparison"):
                assert item["limit"][key] == limit[key]
        assert item["text_vi"]
        assert item["text_en"]


def test_earthing_is_limited_to_10_ohm() -> None:
    item = next(i for i in document("checklists/bts-safety")["items"] if i["code"] == "earthing_resistance")
    assert (item["limit"]["value"], item["unit"], item["limit"]["clause"]) == (10, "ohm", "QCVN 9:2016/BTTTT")


@pytest.mark.parametrize("path", sorted((FIXTURES / "lookups").glob("*.json")), ids=lambda p: p.stem)
def test_lookups_have_unique_codes_and_aliases(path: Path) -> None:
    rows = json.loads(path.read_text(encoding="utf-8"))
    keys = [(r["code"], r["valid_from"]) for r in rows]
    assert len(set(keys)) == len(keys)
    assert all(r["name_vi"] and r["name_en"] for r in rows)
    if path.stem not in {"limits", "unit_types", "permit_kinds"}:
        aliases = [a.casefold() for r in rows for a in r["aliases"]]
        shared = {a for a, times in Counter(aliases).items() if times > 1}
        assert not shared


def test_organizations_of_the_contract_are_there() -> None:
    organizations = {o["code"]: o for o in document("organizations")}
    assert set(organizations) >= CONTRACT_ORGANIZATIONS
    assert organizations["VIETTEL"]["mcc_mnc"] == "452-04"
    names = [a.casefold() for o in organizations.values() for a in o["aliases"]]
    assert len(set(names)) == len(names)
