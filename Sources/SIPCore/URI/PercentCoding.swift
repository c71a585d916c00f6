internal import E911Values

extension SIPText {
    /// With each escape `%HH` as the octet that it stands for, decoded once; what is no escape stays as it is.
    public var percentDecoded: SIPText {
        guard let first = firstIndex(of: UInt8(ascii: "%")) else { return self }
        var octets = Array(slice(0, first))
        var index = first
        while index < count {
            if self[index] == UInt8(ascii: "%"), index + 2 < count, let high = hexDigit(self[index + 1]),
                let low = hexDigit(self[index + 2])
            {
                octets.append(high << 4 | low)
                index += 3
            } else {
                octets.append(self[index])
                index += 1
            }
        }
        return SIPText(bytes: octets)
    }

    /// With each octet that is not in `unescaped` as `%HH`.
    func percentEncoded(except unescaped: ByteSet) -> SIPText {
        let digits = Array("0123456789ABCDEF".utf8)
        var octets: [UInt8] = []
        for octet in self {
            if unescaped.contains(octet) {
                octets.append(octet)
            } else {
                octets += [UInt8(ascii: "%"), digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            }
        }
        return SIPText(bytes: octets)
    }

    /// Escaped as the user part of a SIP URI (RFC 3261 section 25.1, user).
    public var escapedAsUser: SIPText { percentEncoded(except: .user) }

    /// Escaped as the value of a header in a SIP URI (RFC 3261 section 25.1, hvalue).
    public var escapedAsURIHeader: SIPText { percentEncoded(except: .uriHeader) }
}
