"""``python -m openvbc`` is the vbc command."""

from openvbc.start import main

if __name__ == "__main__":
    main()
