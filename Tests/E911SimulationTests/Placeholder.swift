// Tests of E911Simulation.
