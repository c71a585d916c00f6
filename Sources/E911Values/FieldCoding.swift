/// Writes the octets of a record: a sequence of `tag (1 octet), length (LEB128), value`. Numbers are LEB128, texts
/// UTF-8; zero and the empty text are not written. A reader skips the tags that it does not know, so that two versions
/// of this program can read each other's records.
package struct FieldWriter: Equatable, Sendable {
    package private(set) var octets: [UInt8] = []

    package init(capacity: Int = 512) {
        octets.reserveCapacity(capacity)
    }

    package mutating func number(_ tag: UInt8, _ value: UInt64) {
        guard value != 0 else { return }
        octets.append(tag)
        octets.append(UInt8((64 - value.leadingZeroBitCount + 6) / 7))
        append(value)
    }

    /// A number that can be negative, in two's complement.
    package mutating func signed(_ tag: UInt8, _ value: Int64) {
        number(tag, UInt64(bitPattern: value))
    }

    package mutating func text(_ tag: UInt8, _ value: String) {
        guard !value.isEmpty else { return }
        element(tag, value)
    }

    /// A text that is written even when it is empty: one of a list.
    package mutating func element(_ tag: UInt8, _ value: String) {
        octets.append(tag)
        append(UInt64(value.utf8.count))
        octets.append(text: value)
    }

    /// Octets that are written even when there are none.
    package mutating func element(_ tag: UInt8, _ value: [UInt8]) {
        octets.append(tag)
        append(UInt64(value.count))
        octets += value
    }

    /// A record in the record, written where it lies.
    package mutating func record(_ tag: UInt8, _ write: (inout FieldWriter) -> Void) {
        octets.append(tag)
        // Room for a length of up to 16,383 octets.
        let start = octets.count
        octets.append(0)
        octets.append(0)
        write(&self)
        let length = octets.count - start - 2
        if length < 128 {
            octets[start] = UInt8(length)
            octets.remove(at: start + 1)
        } else if length < 16_384 {
            octets[start] = UInt8(truncatingIfNeeded: length) | 128
            octets[start + 1] = UInt8(truncatingIfNeeded: length >> 7)
        } else {
            let value = Array(octets[(start + 2)...])
            octets.removeSubrange(start...)
            append(UInt64(length))
            octets += value
        }
    }

    /// The key of a record, as its description.
    package mutating func key(_ tag: UInt8, _ key: RecordKey) {
        octets.append(tag)
        let start = octets.count
        octets.append(0)
        octets.append(key)
        let length = octets.count - start - 1
        guard length > 127 else {
            octets[start] = UInt8(length)
            return
        }
        // The name of the node is unusually long.
        octets.removeSubrange(start...)
        append(UInt64(length))
        octets.append(key)
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest > 127 {
            octets.append(UInt8(truncatingIfNeeded: rest) | 128)
            rest >>= 7
        }
        octets.append(UInt8(rest))
    }
}

/// Reads what ``FieldWriter`` wrote. The octets may come from a torn file: nothing traps, and damage is told.
package struct FieldReader {
    package struct Field {
        package let tag: UInt8
        package let octets: [UInt8]

        package var text: String { String(decoding: octets, as: UTF8.self) }

        /// `nil` if the octets are no number.
        package var number: UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            for (index, octet) in octets.enumerated() {
                guard shift < 64 else { return nil }
                value |= UInt64(octet & 127) << shift
                if octet < 128 { return index == octets.count - 1 ? value : nil }
                shift += 7
            }
            return nil
        }

        /// A number that can be negative.
        package var signed: Int64? { number.map { Int64(bitPattern: $0) } }
    }

    /// The fields in order; `nil` if the octets are not a sequence of fields.
    package static func fields(_ octets: Span<UInt8>) -> [Field]? {
        var fields: [Field] = []
        var position = 0
        while position < octets.count {
            guard let (tag, range) = field(at: position, octets) else { return nil }
            var value: [UInt8] = []
            value.reserveCapacity(range.count)
            for index in range { value.append(octets[index]) }
            fields.append(Field(tag: tag, octets: value))
            position = range.upperBound
        }
        return fields
    }

    /// The field that begins at a position, with where its value lies; `nil` if there is none.
    package static func field(at start: Int, _ octets: Span<UInt8>) -> (tag: UInt8, value: Range<Int>)? {
        guard start < octets.count else { return nil }
        var position = start + 1
        var length: UInt64 = 0
        var shift: UInt64 = 0
        var ended = false
        while position < octets.count, shift < 35, !ended {
            let octet = octets[position]
            position += 1
            length |= UInt64(octet & 127) << shift
            shift += 7
            ended = octet < 128
        }
        guard ended, length <= UInt64(octets.count - position) else { return nil }
        return (octets[start], position..<(position + Int(length)))
    }
}
