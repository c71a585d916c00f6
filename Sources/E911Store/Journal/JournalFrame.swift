#if Daemon
    import E911Service

    /// How a record lies in a segment of the journal.
    ///
    /// A segment begins with ``opening``. Each record: length of the payload and a CRC-32C of all that follows it (four
    /// octets each), the token (eight), the kind (one), the payload; numbers are little-endian.
    enum JournalFrame {
        static let opening = Array("E911JNL1".utf8)
        static let headerOctets = 17
        /// A longer payload is no record of ours.
        static let payloadOctets = 1 << 20

        /// What a record says. Others are skipped: a newer version wrote them.
        enum Kind: UInt8 {
            /// A ``CallRecord``, encoded.
            case call = 1
            /// No payload: the store has confirmed everything up to the token.
            case forgotten = 2
        }

        /// Appends a record.
        static func append(_ kind: Kind, token: JournalToken, payload: [UInt8], to out: inout [UInt8]) {
            let start = out.count
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: payload.count).littleEndian) { out.append(contentsOf: $0) }
            out.append(contentsOf: [0, 0, 0, 0])
            withUnsafeBytes(of: token.rawValue.littleEndian) { out.append(contentsOf: $0) }
            out.append(kind.rawValue)
            out.append(contentsOf: payload)
            let sum = out.withUnsafeBytes { checksum($0, at: start, payload: payload.count) }
            withUnsafeBytes(of: sum.littleEndian) { octets in
                for (index, octet) in octets.enumerated() { out[start + 4 + index] = octet }
            }
        }

        /// One record as it was read.
        struct Record {
            var kind: UInt8
            var token: JournalToken
            var payload: Range<Int>
        }

        /// The record at `position`; `nil` if there is none, or it is torn.
        static func read(_ octets: [UInt8], at position: Int) -> Record? {
            octets.withUnsafeBytes { octets -> Record? in
                guard octets.count - position >= headerOctets else { return nil }
                let length = UInt32(littleEndian: octets.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                guard length <= payloadOctets, octets.count - position - headerOctets >= Int(length) else { return nil }
                let sum = UInt32(littleEndian: octets.loadUnaligned(fromByteOffset: position + 4, as: UInt32.self))
                guard checksum(octets, at: position, payload: Int(length)) == sum else { return nil }
                let start = position + headerOctets
                return Record(
                    kind: octets[position + 16],
                    token: JournalToken(
                        rawValue: UInt64(
                            littleEndian: octets.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self))),
                    payload: start..<(start + Int(length)))
            }
        }

        /// Over the length and over everything behind the checksum.
        private static func checksum(_ octets: UnsafeRawBufferPointer, at start: Int, payload: Int) -> UInt32 {
            var sum = CRC32C()
            sum.add(UnsafeRawBufferPointer(rebasing: octets[start..<(start + 4)]))
            sum.add(UnsafeRawBufferPointer(rebasing: octets[(start + 8)..<(start + headerOctets + payload)]))
            return sum.value
        }
    }
#endif
