"""Views of a list that a person keeps: the filters under a name. They are the person's own, no act records them."""

from infra.models import User
from inspections.models import SavedView

VIEWS_MAX = 30
PLACE = "cases"


def view_keep(*, person: User, name: str, query: str) -> bool:
    """Keep *query* under *name*, in place of an older one; False where there are too many."""
    rows = SavedView.objects.filter(person=person, place=PLACE)
    if not rows.filter(name=name).exists() and rows.count() >= VIEWS_MAX:
        return False
    SavedView.objects.update_or_create(person=person, place=PLACE, name=name, defaults={"query": query})
    return True


def view_forget(*, person: User, name: str) -> None:
    """Forget a view."""
    SavedView.objects.filter(person=person, place=PLACE, name=name).delete()
