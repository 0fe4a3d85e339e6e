"""The addresses of a site: its routes, its permalinks, and which of them are one page's."""
