"""What a serial port raises when it is pulled out: pyserial lets some of the system's own through."""

TerminalError: type[Exception]
try:
    import termios
except ImportError:  # Windows, where pyserial raises OSError only
    TerminalError = OSError
else:
    TerminalError = termios.error

PORT_ERRORS = (OSError, ValueError, TerminalError)
