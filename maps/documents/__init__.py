"""Reports of the overview as documents: the same content as workbook, text document and PDF."""
