// The room Alerting; see ARCHITECTURE.md.
