// The room ELINEngine; see ARCHITECTURE.md.
