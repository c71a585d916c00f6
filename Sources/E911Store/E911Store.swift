// The room E911Store; see ARCHITECTURE.md.
