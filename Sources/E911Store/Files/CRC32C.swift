#if Daemon
    /// The checksum of RFC 3720 section 12.1 (Castagnoli polynomial, reflected), four octets a step.
    struct CRC32C {
        /// Four tables of 256: what an octet does to the sum, followed by none to three more.
        private static let tables: [UInt32] = {
            var tables = [UInt32](repeating: 0, count: 1024)
            for index in 0..<256 {
                var value = UInt32(index)
                for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
                tables[index] = value
            }
            for index in 256..<1024 {
                let previous = tables[index - 256]
                tables[index] = previous >> 8 ^ tables[Int(previous & 255)]
            }
            return tables
        }()

        private var state: UInt32 = .max

        var value: UInt32 { ~state }

        mutating func add(_ octets: UnsafeRawBufferPointer) {
            state = Self.tables.withUnsafeBufferPointer { table in
                var crc = state
                var index = 0
                while index + 4 <= octets.count {
                    crc ^= UInt32(littleEndian: octets.loadUnaligned(fromByteOffset: index, as: UInt32.self))
                    let low = table[768 + Int(crc & 255)] ^ table[512 + Int(crc >> 8 & 255)]
                    crc = low ^ table[256 + Int(crc >> 16 & 255)] ^ table[Int(crc >> 24)]
                    index += 4
                }
                while index < octets.count {
                    crc = crc >> 8 ^ table[Int((crc ^ UInt32(octets[index])) & 255)]
                    index += 1
                }
                return crc
            }
        }

        /// The checksum of all of `octets`.
        static func of(_ octets: [UInt8]) -> UInt32 {
            var sum = CRC32C()
            octets.withUnsafeBytes { sum.add($0) }
            return sum.value
        }
    }
#endif
