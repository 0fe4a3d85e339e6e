"""Files of captures as other tools write them."""
