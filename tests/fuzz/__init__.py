"""Properties of all that reads foreign bytes, for hypothesis in the suite and for atheris in `make fuzz`."""
