"""What stops an import or one row of it; the message is the sentence a person reads.

CommandError
└── ImportStopped   the file as a whole cannot be read or applied
RowRefused          one row cannot become an article
"""

from sync.central.errors import CommandError


class ImportStopped(CommandError):
    """Nothing of the file was imported."""


class RowRefused(Exception):
    """`kind` groups like reasons in the report."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
