"""An archive in the forms that others take: source posts as Markdown files, the JSONL index, WACZ and CDXJ."""
