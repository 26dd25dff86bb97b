"""Painters of rows and tiles: geometry at the top, nothing computed in paint but rectangles."""
