// The room SIPTransport; see ARCHITECTURE.md.
