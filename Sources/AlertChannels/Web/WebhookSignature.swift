#if Daemon
    import COpenSSL

    /// How the far side of a webhook knows that a request is ours and fresh: the header `E911d-Signature: t=SECONDS,v1=HEX`,
    /// where HEX is the HMAC-SHA-256 (RFC 2104) with the shared secret over `SECONDS`, a dot and the body.
    ///
    /// The far side computes the same, compares in constant time, and refuses what is older than a few minutes.
    enum WebhookSignature {
        static let name = "E911d-Signature"

        /// `nil` if libcrypto has no HMAC.
        static func header(of body: [UInt8], at seconds: Int64, secret: [UInt8]) -> String? {
            guard let mac = hmac(Array("\(seconds).".utf8) + body, secret) else { return nil }
            return "t=\(seconds),v1=" + mac.map(hexadecimal).joined()
        }

        private static func hexadecimal(_ octet: UInt8) -> String {
            let digits = Array("0123456789abcdef")
            return String([digits[Int(octet >> 4)], digits[Int(octet & 15)]])
        }

        private static func hmac(_ octets: [UInt8], _ secret: [UInt8]) -> [UInt8]? {
            var mac = [UInt8](repeating: 0, count: 32)
            var count = 0
            let made = EVP_Q_mac(
                nil, "HMAC", nil, "SHA256", nil, secret, secret.count, octets, octets.count, &mac, mac.count, &count)
            return made != nil && count == mac.count ? mac : nil
        }
    }
#endif
