"""omnitill-central, which ends at a point: `python -m … POINT NTH serve …`."""

import sys

from sync.central.__main__ import main
from tests.simulation.kill_points.points import arm, named

if __name__ == "__main__":
    arm(named(sys.argv[1]), int(sys.argv[2]))
    sys.exit(main(sys.argv[3:]))
