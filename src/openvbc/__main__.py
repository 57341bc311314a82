"""``python -m openvbc`` is the vbc command."""

from openvbc.cli import main

if __name__ == "__main__":
    main()
