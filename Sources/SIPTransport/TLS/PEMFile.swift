#if Transport
    import COpenSSL
    import Glibc

    /// A PEM file, read whole.
    struct PEMFile {
        let path: String
        let octets: [UInt8]
        /// A bundle of roots has some 200 kB.
        private static let mostOctets = 16 << 20

        init(_ path: String) throws(TLSFileError) {
            self.path = path
            // O_NONBLOCK: a pipe without a writer must not hold up a start.
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else {
                throw TLSFileError(file: path, reason: systemReason(errno), isForbidden: errno == EACCES)
            }
            defer { close(descriptor) }
            var octets: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &piece, piece.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw TLSFileError(file: path, reason: systemReason(errno)) }
                guard count > 0 else { break }
                octets += piece.prefix(count)
                guard octets.count <= Self.mostOctets else {
                    throw TLSFileError(file: path, reason: "it has more than \(Self.mostOctets) octets")
                }
            }
            self.octets = octets
        }

        func error(_ reason: String) -> TLSFileError { TLSFileError(file: path, reason: reason) }

        /// Its certificates, in their order; at least one, and all of them: behind one that is damaged nothing is read.
        func certificates() throws(TLSFileError) -> [X509Certificate] {
            var found: [X509Certificate] = []
            var isDamaged = false
            withMemory { memory in
                ERR_clear_error()
                while let certificate = PEM_read_bio_X509(memory, nil, nil, nil) {
                    found.append(X509Certificate(owning: certificate))
                }
                isDamaged = !sip_at_pem_end()
            }
            guard !isDamaged || found.isEmpty else {
                throw error("its certificate number \(found.count + 1) cannot be read")
            }
            guard !found.isEmpty else { throw error("it holds no certificate in PEM") }
            return found
        }

        /// Fails unless it holds a private key without a password, which belongs to `certificate`, read from `file`.
        func checkKey(of certificate: X509Certificate, _ file: String) throws(TLSFileError) {
            var key: OpaquePointer?
            withMemory { memory in
                // A password is asked for by this; without it, OpenSSL would ask on the terminal.
                key = PEM_read_bio_PrivateKey(memory, nil, { _, _, _, _ in -1 }, nil)
            }
            guard let key else {
                let isEncrypted = String(decoding: octets, as: UTF8.self).contains("ENCRYPTED")
                throw error(
                    isEncrypted ? "its key is protected by a password" : "it holds no private key in PEM")
            }
            defer { EVP_PKEY_free(key) }
            guard certificate.belongs(toKey: key) else {
                throw error("its key does not belong to the certificate in \(file)")
            }
        }

        private func withMemory(_ body: (OpaquePointer) -> Void) {
            octets.withUnsafeBytes { octets in
                // It reads where the octets lie.
                guard let memory = BIO_new_mem_buf(octets.baseAddress, Int32(octets.count)) else { return }
                body(memory)
                BIO_free(memory)
            }
            // The end of the file is left behind as an error.
            ERR_clear_error()
        }
    }
#endif
