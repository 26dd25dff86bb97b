"""make simulate: play seeds on two cores; each that breaks an invariant says how to replay it."""

import sys

from tests.simulation.sim.campaign import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
