"""One process, no threads: real tills, the real exchange and the real central under seeded chaos.

`python -m tests.simulation.sim --seeds 2000 --start 0`; a seed replays by its number alone.
"""
