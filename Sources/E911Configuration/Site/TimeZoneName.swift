#if Daemon
    import E911Service
    import Foundation

    /// IANA names of time zones.
    enum TimeZoneName {
        static func read(_ value: YAMLValue) -> String? {
            guard let name = value.text("a time zone", "America/Chicago") else { return nil }
            // A machine without zone data knows no zone at all; then any name is taken.
            guard !name.isEmpty, TimeZone(identifier: name) == nil, TimeZone(identifier: "America/Chicago") != nil
            else {
                return name
            }
            let nearest = NearestName.of(name, among: TimeZone.knownTimeZoneIdentifiers)
            value.fail(
                "there is no time zone '\(name)'",
                nearest.map { "did you mean '\($0)'?" } ?? "an IANA name, for example America/Chicago")
            return nil
        }
    }
#endif
