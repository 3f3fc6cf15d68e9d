"""Papers of inspections and cases: templates, what is filled into them, DOCX and PDF, map sketches."""
