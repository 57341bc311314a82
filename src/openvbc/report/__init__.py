"""What people see: HTML, Excel, terminal."""
