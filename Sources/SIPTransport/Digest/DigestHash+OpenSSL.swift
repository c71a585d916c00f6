#if Transport
    import COpenSSL
    public import SIPCore

    extension DigestHash {
        /// The hash functions of OpenSSL's libcrypto: those that this machine's OpenSSL has and may use (a FIPS
        /// configuration has no MD5).
        public static let openSSL = DigestHash(
            DigestAlgorithm.allCases.filter { evp($0, []) != nil }
        ) { algorithm, octets in
            // What worked once fails only without memory; no octets match no digest.
            evp(algorithm, octets) ?? []
        }

        private static func evp(_ algorithm: DigestAlgorithm, _ octets: [UInt8]) -> [UInt8]? {
            let function =
                switch algorithm {
                case .md5: EVP_md5()
                case .sha256: EVP_sha256()
                case .sha512t256: EVP_sha512_256()
                }
            var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
            var count: UInt32 = 0
            guard EVP_Digest(octets, octets.count, &hash, &count, function, nil) == 1 else { return nil }
            return Array(hash.prefix(Int(count)))
        }
    }
#endif
