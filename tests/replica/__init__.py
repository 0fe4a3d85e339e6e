"""A small finews of our own: source posts in every form the site has used, built by the real Jekyll.

``python -m tests.replica --help`` lists what it does. The text is made from word lists
(:mod:`tests.replica.words`); nothing in it was ever published anywhere.
"""
