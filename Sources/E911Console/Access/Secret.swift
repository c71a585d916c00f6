#if Daemon
    import COpenSSL
    import Foundation

    /// Random secrets, and how they are kept and compared.
    enum Secret {
        /// Random octets of the system as base64url without padding: 43 characters for 32 octets.
        static func make(octets count: Int = 32) -> String {
            var generator = SystemRandomNumberGenerator()
            return base64URL((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        }

        static func base64URL(_ octets: [UInt8]) -> String {
            Data(octets).base64EncodedString().replacingOccurrences(of: "+", with: "-")
                .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
        }

        /// SHA-256 in hexadecimal digits: enough for secrets that are random themselves.
        static func hash(_ secret: String) -> String {
            let octets = Array(secret.utf8)
            var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var count: UInt32 = 0
            guard EVP_Digest(octets, octets.count, &hash, &count, EVP_sha256(), nil) == 1 else { return "" }
            return hash[..<Int(count)].hex
        }

        /// Compares in a time that does not tell where two texts differ.
        static func isSame(_ a: String, _ b: String) -> Bool {
            let (a, b) = (Array(a.utf8), Array(b.utf8))
            return a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
        }
    }

    extension Sequence where Element == UInt8 {
        /// Two lower-case hexadecimal digits an octet.
        var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
    }
#endif
