// The room RegInfo; see ARCHITECTURE.md.
