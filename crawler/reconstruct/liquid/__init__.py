"""Tags of Liquid: what each gives, how that is learned of source posts, and where a tag stands for what it gives."""
