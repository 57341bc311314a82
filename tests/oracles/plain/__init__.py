"""An independent oracle: assignment and expenditures of shared savings, one person at a time.

Plain Python over raw files, written from the specification and nothing of openvbc: no import of the
package, its rules or its SQL. Slow and obvious on purpose.
"""
