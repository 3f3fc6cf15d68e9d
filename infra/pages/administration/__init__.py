"""Pages for those who keep the accounts, the reference data and the ledger of an authority."""
