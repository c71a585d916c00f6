// The room AlertChannels; see ARCHITECTURE.md.
