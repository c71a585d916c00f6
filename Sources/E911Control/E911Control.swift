// The room E911Control; see ARCHITECTURE.md.
