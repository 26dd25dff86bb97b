"""The checkout itself: its set-up, its lock files, the nets under the tests."""
