// The room Locations; see ARCHITECTURE.md.
