"""The parts of the selling screens: basket list, totals, tile grid, matrix grid."""
