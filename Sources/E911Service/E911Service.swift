// The room E911Service; see ARCHITECTURE.md.
