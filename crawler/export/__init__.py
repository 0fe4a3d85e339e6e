"""An archive in the forms that replay tools take."""
