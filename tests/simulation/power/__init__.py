"""Power cuts: the real store on a disk of our own that forgets, tears and reorders what was not synced.

`python -m tests.simulation.power --cuts 5000`
"""
