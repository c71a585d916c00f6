#if Daemon
    import E911Service

    // The words of choices that are no plain enumerations; `header:NAME` is read and written alike.
    extension CallerDeviceSource {
        static let words: [(name: String, value: Self)] = [("contact", .contact), ("bottom-via", .bottomVia)]

        var name: String {
            if case .header(let name) = self { return "header:\(name)" }
            return Self.words.first { $0.value == self }?.name ?? ""
        }
    }

    extension ELINForm {
        static let words: [(name: String, value: Self)] = [
            ("response-pai", .responsePAI), ("contact-pai", .contactPAI), ("contact-user", .contactUser),
            ("phone-context", .phoneContext),
        ]

        var name: String {
            if case .header(let name) = self { return "header:\(name)" }
            return Self.words.first { $0.value == self }?.name ?? ""
        }
    }
#endif
