"""The till proves what it holds, and finds back what it lost."""
