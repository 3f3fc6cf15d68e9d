"""Checklists as XLSForm, the spreadsheet that people who know ODK or Kobo write their forms in.

What XLSForm has no word for (limit, rule, severity, remedy …) stands in columns of our own, which other readers pass
over; a photo of an item is a question of its own, as there. What is written here can be filled in with any ODK client,
and reads back as it was.
"""

from inspections.fieldwork.xlsforms.reading import Note, ReadForm, read_xlsform
from inspections.fieldwork.xlsforms.writing import write_xlsform

__all__ = ["Note", "ReadForm", "read_xlsform", "write_xlsform"]
