"""Ready-made copies of the large streams, so that a new till need not be sent row by row."""
