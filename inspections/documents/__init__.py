"""What is drawn and written of field work: map sketches, the record of an inspection, the summary of a campaign."""
