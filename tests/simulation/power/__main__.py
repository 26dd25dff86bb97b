"""make powercuts: cut the power in every kind of transaction, and try the controls beside it."""

import sys

from tests.simulation.power.campaign import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
