"""How the program looks: themes, colours, fonts, icons."""
