"""The archive in a browser: a plugin of Datasette."""
