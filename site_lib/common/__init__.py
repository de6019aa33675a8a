"""What every part of the course needs: errors, checks, files, command lines."""
