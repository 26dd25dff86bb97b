"""Why a TLS connection was refused, as keys that screens have words for."""

import ssl

_NOT_YET_VALID, _EXPIRED, _WRONG_NAME, _WRONG_ADDRESS = 9, 10, 62, 64
_OLD_TLS = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"}


def tls_fault(error: BaseException | None) -> str:
    """Looked for in everything that led to this error; empty if TLS was not to blame."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return _fault_of(error.verify_code)
        if isinstance(error, ssl.SSLError):
            return "old_tls" if error.reason in _OLD_TLS else ""
        error = error.__cause__ or error.__context__
    return ""


def _fault_of(code: int) -> str:
    if code in (_NOT_YET_VALID, _EXPIRED):
        return "out_of_date"
    return "wrong_host" if code in (_WRONG_NAME, _WRONG_ADDRESS) else "wrong_ca"
