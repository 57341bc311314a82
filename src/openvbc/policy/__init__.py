"""What is in force around the settlements: the register of programs, flexibilities, policy news and
the boundaries between obligations. Nothing here settles or changes a parameter.
"""
