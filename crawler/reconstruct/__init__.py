"""Rendered content -> the Markdown that Jekyll renders to the same bytes, block by block, proven by rendering it."""

from __future__ import annotations

from crawler.reconstruct.give_back import Body, give_back, has_html_files
from crawler.reconstruct.habits import Habits, habits_of
from crawler.reconstruct.kramdown.settings import settings_of
from crawler.reconstruct.kramdown.typography import quotes
from crawler.reconstruct.liquid.rules import Rules
from crawler.reconstruct.marked_code import marked_elsewhere, marked_here, without_marks
from crawler.reconstruct.near import told_near
from crawler.reconstruct.ruby.converter import Converter, NoConverter, available
from crawler.reconstruct.white_space import KINDS, compressed, kind_of, of_blanks, with_ends

__all__ = [
    "KINDS",
    "Body",
    "Converter",
    "Habits",
    "NoConverter",
    "Rules",
    "available",
    "compressed",
    "give_back",
    "habits_of",
    "has_html_files",
    "kind_of",
    "marked_elsewhere",
    "marked_here",
    "of_blanks",
    "quotes",
    "settings_of",
    "told_near",
    "with_ends",
    "without_marks",
]
