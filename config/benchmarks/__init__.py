"""The product's promises about speed, measured beside the peers they are promised against, in one run."""
