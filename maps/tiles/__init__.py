"""Vector tiles of the layers: grid → columns → selection → encoding, in the order of the work."""
