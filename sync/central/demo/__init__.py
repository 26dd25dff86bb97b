"""The demo shop's goods, people and places, generated from word lists in resources/demo/shop."""
