"""Pages taken apart, and source posts put together: pure functions of bytes."""
