"""A stock *minima* blog of our own, built by the real Jekyll: the tests' site of a theme that thousands of blogs have.

``python -m tests.minima serve`` builds and serves it. ``site/`` are its sources, ``overlays/`` what a variant lays over them.
"""
