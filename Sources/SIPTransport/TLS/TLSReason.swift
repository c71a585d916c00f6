#if Transport
    import NIOSSL

    /// There is no certificate to accept with, or no settings of TLS at all.
    struct TLSNotSetUp: Error, CustomStringConvertible {
        var description: String { "TLS is not set up" }
    }

    /// What goes wrong in TLS, in words.
    enum TLSReason {
        static func text(of error: any Error) -> String {
            switch error {
            case NIOSSLError.handshakeFailed(let error), NIOSSLError.shutdownFailed(let error): text(of: error)
            // SIP frames its messages by length: an end without the word of TLS cuts none in a way that is not seen.
            case NIOSSLError.uncleanShutdown: "closed by the peer"
            case let error as BoringSSLError: text(of: error)
            default: systemReason(error)
            }
        }

        private static func text(of error: BoringSSLError) -> String {
            switch error {
            case .sslError(let stack), .unknownError(let stack):
                if stack.contains(.eofDuringHandshake) { return "closed by the peer during the TLS handshake" }
                let words = stack.compactMap { word(in: "\($0)") }
                return words.isEmpty ? "TLS failed" : "TLS: " + words.joined(separator: ", ")
            case .zeroReturn: return "closed by the peer"
            default: return "TLS: \(error)"
            }
        }

        /// `Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at FILE:LINE` says
        /// `wrong version number`.
        private static func word(in text: String) -> String? {
            let parts = text.split(separator: ":")
            guard let library = parts.firstIndex(of: "OPENSSL_internal"), library + 1 < parts.count else { return nil }
            return parts[library + 1].prefix { $0 != " " }.lowercased().split(separator: "_").joined(separator: " ")
        }
    }
#endif
