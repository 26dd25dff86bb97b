"""What a command of a service can raise, for the screens: RuleError of the domain, or StoreError.

StoreError comes from the store as it is; it is named here because screens import no store.
"""

from pos_app.store.errors import StoreError

__all__ = ["StoreError"]
