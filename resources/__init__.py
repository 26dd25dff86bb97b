"""Files the programs read at run time: icons, sounds, translations, demo lists."""
