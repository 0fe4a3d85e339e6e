"""An archive in the formats of other tools: JSON lines, tables, databases, feeds, whole sites, WACZ and CDXJ."""
