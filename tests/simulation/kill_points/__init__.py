"""Till and central ended by SIGKILL at places with a name, and what is left then."""
