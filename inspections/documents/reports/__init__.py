"""Reports of field work: the record of an inspection, the summary of a campaign, each as PDF and as DOCX.

What a report says is put together once, as blocks; each form of document only lays the blocks out.
"""

from inspections.documents.reports.as_docx import docx_of
from inspections.documents.reports.as_pdf import pdf_of
from inspections.documents.reports.blocks import Report

__all__ = ["Report", "docx_of", "pdf_of"]
