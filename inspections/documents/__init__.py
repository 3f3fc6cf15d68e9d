"""Papers of cases: templates, what is filled into them, DOCX and PDF."""
