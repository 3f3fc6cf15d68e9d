"""Exposure of people to the fields of masts: distances, ratios to the limits, and what they mean at a place."""

from maps.exposure.formulas import (
    compliance_distance_m,
    field_strength_v_m,
    near_field_distance_m,
    near_field_power_density_w_m2,
    panel_distance_m,
    power_density_w_m2,
)

__all__ = [
    "compliance_distance_m",
    "field_strength_v_m",
    "near_field_distance_m",
    "near_field_power_density_w_m2",
    "panel_distance_m",
    "power_density_w_m2",
]
