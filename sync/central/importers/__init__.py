"""Reading other programs' product files: every row is taken, or refused with its line and reason."""
