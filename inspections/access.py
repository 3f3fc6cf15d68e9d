"""Who sees inspections, findings, cases and incidents: paths of this app's models for :mod:`infra.access`.

An operator sees what concerns its own organization; an officer or inspector sees the authority's, inside the territory
and the fields of inspection that the membership names. Checklists and law are reference data for whoever works here.
"""

import dataclasses

from infra.access import PATHS, Paths, Permission

_INSPECT = Paths(
    unit="unit",
    holders=("organization",),
    see=Permission.SEE_INSPECTIONS,
    edit=Permission.INSPECT,
    field_path="field",
)
_CASE = Paths(
    unit="unit",
    holders=("organization",),
    see=Permission.SEE_CASES,
    edit=Permission.RUN_CASES,
    field_path="field",
)
#: the operator itself says what is out of service, and so may the authority's people
_INCIDENT = Paths(
    unit="unit",
    holders=("organization",),
    see=Permission.SEE_INSPECTIONS,
    edit=Permission.INSPECT,
    edit_by_holder=Permission.SUBMIT,
)


def _of(paths: Paths, parent: str) -> Paths:
    """Return *paths* as seen from a row that hangs on *parent*."""
    return Paths(
        authority=f"{parent}__{paths.authority}",
        unit=f"{parent}__{paths.unit}",
        holders=tuple(f"{parent}__{path}" for path in paths.holders),
        see=paths.see,
        edit=paths.edit,
        field_path=f"{parent}__{paths.field_path}",
    )


_LAW = Paths(authority=None, open_to_public=True, edit=Permission.ADMINISTER)
_CHECKLIST = Paths(authority=None, see=Permission.SEE_INSPECTIONS, edit=Permission.ADMINISTER)

PATHS.update(
    {
        "inspections.checklisttemplate": _CHECKLIST,
        "inspections.checklistitem": _CHECKLIST,
        "inspections.campaign": Paths(see=Permission.SEE_REPORTS, edit=Permission.SUPERVISE, field_path="field"),
        "inspections.campaigntask": Paths(
            authority="campaign__authority",
            unit="unit",
            see=Permission.SEE_REPORTS,
            edit=Permission.SUPERVISE,
            field_path="campaign__field",
        ),
        "inspections.inspection": _INSPECT,
        "inspections.finding": _INSPECT,
        "inspections.findinganswer": _of(_INSPECT, "finding"),
        "inspections.correction": _of(_INSPECT, "inspection"),
        "inspections.fielddevice": Paths(person="person", see=Permission.SUPERVISE, edit=Permission.SUPERVISE),
        "inspections.instrument": Paths(see=Permission.SEE_REPORTS, edit=Permission.SUPERVISE),
        "inspections.safetystate": Paths(
            authority="installation__authority",
            unit="installation__unit",
            holders=("installation__organization",),
        ),
        "inspections.inspectionpriority": Paths(
            authority="installation__authority",
            unit="installation__unit",
            see=Permission.SEE_REPORTS,
            edit=Permission.SUPERVISE,
        ),
        "inspections.rule": _LAW,
        "inspections.formcode": _LAW,
        "inspections.personparty": Paths(see=Permission.RUN_CASES, edit=Permission.RUN_CASES),
        "inspections.violationcase": _CASE,
        "inspections.charge": _of(_CASE, "case"),
        "inspections.step": _of(_CASE, "case"),
        "inspections.remedy": _of(_CASE, "case"),
        "inspections.payment": _of(_CASE, "case"),
        "inspections.caseanswer": _of(_CASE, "case"),
        "inspections.casedeadline": _of(_CASE, "case"),
        "inspections.casestanding": dataclasses.replace(_of(_CASE, "case"), authority="authority"),
        "inspections.casedocument": _of(_CASE, "case"),
        "inspections.reminder": Paths(
            authority="case__authority", person="person", see=Permission.ADMINISTER, edit=Permission.ADMINISTER
        ),
        "inspections.formtemplate": Paths(see=Permission.SEE_CASES, edit=Permission.ADMINISTER),
        "inspections.storm": Paths(open_to_public=True, edit=Permission.EDIT_REGISTER),
        "inspections.incident": _INCIDENT,
        "inspections.incidentobject": Paths(
            authority="incident__authority",
            unit="incident__unit",
            holders=("incident__organization",),
            see=_INCIDENT.see,
            edit=_INCIDENT.edit,
            edit_by_holder=_INCIDENT.edit_by_holder,
        ),
        "inspections.outagereport": Paths(
            holders=("organization",),
            see=_INCIDENT.see,
            edit=_INCIDENT.edit,
            edit_by_holder=_INCIDENT.edit_by_holder,
        ),
        "inspections.securityrating": Paths(
            holders=("organization",), see=Permission.SEE_INSPECTIONS, edit=Permission.RUN_CASES
        ),
    }
)
