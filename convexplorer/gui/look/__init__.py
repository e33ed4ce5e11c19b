"""The look of the program: themes, colours, fonts, icons."""
