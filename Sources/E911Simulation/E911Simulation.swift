// The room E911Simulation; see ARCHITECTURE.md.
