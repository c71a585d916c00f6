#if Daemon
    import E911Values
    import HTTPTypes

    /// Where a request came from. What a proxy says is believed only of those that are trusted.
    struct RequestOrigin: Equatable {
        var source: String
        var isSecure: Bool
        /// As the browser sees it.
        var host: String

        init(peer: String?, isTLS: Bool, host: String, headers: HTTPFields, trusted: [IPPrefix]) {
            source = peer ?? ""
            isSecure = isTLS
            self.host = host
            func isTrusted(_ address: String) -> Bool {
                guard let address = IPAddress(address) else { return false }
                return trusted.contains { $0.contains(address) }
            }
            guard isTrusted(source) else { return }
            isSecure = headers[.forwardedProto].map { $0.lowercased() == "https" } ?? isTLS
            if let forwarded = headers[.forwardedHost] { self.host = forwarded }
            // The last address that no trusted proxy has is the client; what stands before it anybody can write.
            let hops = (headers[.forwardedFor] ?? "").split(separator: ",").map { $0.filter { $0 != " " } }
            for hop in hops.reversed() {
                guard IPAddress(hop) != nil else { break }
                source = hop
                if !isTrusted(hop) { break }
            }
        }

        /// Whether a change comes from a page of ours, as far as the browser says.
        func isSameOrigin(_ headers: HTTPFields) -> Bool {
            if let site = headers[.fetchSite], site != "same-origin", site != "none" { return false }
            guard let origin = headers[.origin] else { return true }
            return origin == "\(isSecure ? "https" : "http")://\(host)"
        }
    }

    extension HTTPField.Name {
        // Tokens, as names have to be.
        static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
        static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")!
        static let forwardedHost = HTTPField.Name("X-Forwarded-Host")!
        static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
        static let csrfToken = HTTPField.Name("X-CSRF-Token")!
    }
#endif
