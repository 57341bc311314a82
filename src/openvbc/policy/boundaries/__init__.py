"""Where obligations begin and end: for a billing code, a clinician, a person. Every answer is read
from the rules, with its citation; nothing is decided here that they do not say.
"""
