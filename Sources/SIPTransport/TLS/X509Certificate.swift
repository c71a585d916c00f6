#if Transport
    import COpenSSL
    import E911Values
    import SIPCore

    /// A certificate, as OpenSSL reads it.
    final class X509Certificate {
        let pointer: OpaquePointer

        /// Takes over the reference.
        init(owning pointer: OpaquePointer) {
            self.pointer = pointer
        }

        init?(der octets: [UInt8]) {
            let pointer = octets.withUnsafeBufferPointer { buffer in
                var next = buffer.baseAddress
                return d2i_X509(nil, &next, buffer.count)
            }
            ERR_clear_error()
            guard let pointer else { return nil }
            self.pointer = pointer
        }

        deinit { X509_free(pointer) }

        func belongs(toKey key: OpaquePointer) -> Bool {
            defer { ERR_clear_error() }
            return X509_check_private_key(pointer, key) == 1
        }

        // MARK: For people

        var subject: String { Self.text(of: X509_get_subject_name(pointer)) }
        var issuer: String { Self.text(of: X509_get_issuer_name(pointer)) }
        var expires: String { Self.text(of: X509_get0_notAfter(pointer)) }
        var begins: String { Self.text(of: X509_get0_notBefore(pointer)) }
        /// In seconds since 1970; -1 if that cannot be read.
        var beginsAt: Int64 { sip_seconds(X509_get0_notBefore(pointer)) }
        var expiresAt: Int64 { sip_seconds(X509_get0_notAfter(pointer)) }

        /// `/C=US/CN=sip.example.com`, cut at 255 octets; what is no printable ASCII is escaped.
        private static func text(of name: OpaquePointer?) -> String {
            text(256) { X509_NAME_oneline(name, $0, $1) != nil }
        }

        private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
            text(64) { sip_time(time, $0, Int($1)) == 1 }
        }

        private static func text(_ size: Int, _ write: (UnsafeMutablePointer<CChar>?, Int32) -> Bool) -> String {
            var buffer = [CChar](repeating: 0, count: size)
            let isWritten = buffer.withUnsafeMutableBufferPointer { write($0.baseAddress, Int32($0.count)) }
            guard isWritten else { return "unreadable" }
            return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }

        // MARK: Names

        /// A subjectAltName that cannot be read names nobody, and keeps the common name from counting.
        var identities: CertificateIdentities {
            var identities = CertificateIdentities(commonName: commonName)
            var count: Int32 = 0
            let names = sip_names(pointer, &count)
            ERR_clear_error()
            defer { sip_names_free(names) }
            identities.hasAlternativeNames = count != 0 || names != nil
            for index in 0..<max(0, count) {
                var octets: UnsafePointer<UInt8>?
                var length: Int32 = 0
                let kind = sip_name(names, index, &octets, &length)
                guard kind >= 0, let octets, length >= 0 else { continue }
                let value = UnsafeBufferPointer(start: octets, count: Int(length))
                switch kind {
                case GEN_URI: identities.uris.append(String(decoding: value, as: UTF8.self))
                case GEN_DNS: identities.dnsNames.append(String(decoding: value, as: UTF8.self))
                case GEN_IPADD: if let address = Self.address(value) { identities.addresses.append(address) }
                default: break
                }
            }
            return identities
        }

        private static func address(_ octets: UnsafeBufferPointer<UInt8>) -> IPAddress? {
            let bits = octets.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            switch octets.count {
            case 4: return IPAddress(v4: UInt32(truncatingIfNeeded: bits))
            case 16: return IPAddress(v6: bits)
            default: return nil
            }
        }

        /// The last one, as RFC 2818 has it: the most specific.
        private var commonName: String? {
            guard let name = X509_get_subject_name(pointer) else { return nil }
            var last: Int32 = -1
            while case let next = X509_NAME_get_index_by_NID(name, NID_commonName, last), next >= 0 { last = next }
            guard last >= 0, let value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)) else { return nil }
            var octets: UnsafeMutablePointer<UInt8>?
            let count = ASN1_STRING_to_UTF8(&octets, value)
            defer { CRYPTO_free(octets, "", 0) }
            guard count >= 0, let octets else {
                ERR_clear_error()
                return nil
            }
            return String(decoding: UnsafeBufferPointer(start: octets, count: Int(count)), as: UTF8.self)
        }
    }
#endif
