"""What a program changed: matched comparison, difference in differences, never before-after."""
