"""Turns the targets of a campaign into work: areas for inspectors, tours, days.

``areas`` cuts the targets into compact parts of equal size, one for each inspector; ``tours`` orders a part so that
little is driven; ``days`` cuts the tour into days, the most urgent first. Nothing here knows the database.
"""

from inspections.fieldwork.planning.areas import split_by_area
from inspections.fieldwork.planning.days import PlannedVisit, plan_days
from inspections.fieldwork.planning.tours import Stop, tour, tour_metres

__all__ = ["PlannedVisit", "Stop", "plan_days", "split_by_area", "tour", "tour_metres"]
