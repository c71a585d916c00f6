#if Daemon
    /// What a person, or a program with a token, may do.
    public enum Role: String, Sendable, Codable, CaseIterable {
        /// Everything.
        case administrator
        /// Locations, rules, numbers, evidence and floor plans.
        case locationEditor = "location-editor"
        /// Looks, and acknowledges alerts.
        case securityDesk = "security-desk"
        /// Looks.
        case readOnly = "read-only"

        func may(_ permission: Permission) -> Bool {
            switch permission {
            case .anyone, .look: true
            case .acknowledge: self != .readOnly
            case .editPlaces: self == .administrator || self == .locationEditor
            case .administer: self == .administrator
            }
        }
    }

    /// What an operation takes.
    enum Permission: Sendable, CaseIterable {
        /// Whoever asks, without a session.
        case anyone
        case look, acknowledge, editPlaces, administer
    }
#endif
