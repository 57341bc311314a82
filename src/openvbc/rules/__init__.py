"""Law and contract as data: dated, cited parameters, one concept a file."""
