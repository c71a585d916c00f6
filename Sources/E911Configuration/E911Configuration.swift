// The room E911Configuration; see ARCHITECTURE.md.
