internal import E911Values

/// A header that a response has beside those of its request.
public struct ResponseHeader: Equatable, Sendable {
    public var name: HeaderName
    public var value: String

    public init(name: HeaderName, value: String) {
        self.name = name
        self.value = value
    }
}

extension ServerRecord {
    /// The octets of a response that says no more than these headers; `nil` when the request is not kept any more.
    ///
    /// They are those of a ``ResponseBuilder`` of the request with the same headers added, which ``SIPEngine`` gives the Via
    /// and the To of the transaction.
    func response(status: Int, headers: [ResponseHeader]) -> [UInt8]? {
        guard let request else { return nil }
        var size = 96
        for row in request.rows where row.id <= HeaderName.cseq.id { size += row.line.count + 2 }
        if let stampedVia { size += stampedVia.count }
        for header in headers { size += header.value.utf8.count + 32 }
        var octets: [UInt8] = []
        octets.reserveCapacity(size)
        octets.append(text: "SIP/2.0 ")
        octets.append(decimal: status)
        octets.append(blank)
        octets.append(text: ReasonPhrase.of(status))
        octets.appendLineEnd()
        append(request, status: status, to: &octets)
        for header in headers where header.name != .contentLength {
            octets.append(text: header.name.description)
            octets.append(text: ": ")
            let start = octets.count
            octets.append(text: header.value)
            octets.blankLineEnds(from: start)
            octets.appendLineEnd()
        }
        octets.append(text: "Content-Length: 0\r\n\r\n")
        return octets
    }

    /// What a response takes from its request (RFC 3261 section 8.2.6.2).
    private func append(_ request: SIPMessage, status: Int, to octets: inout [UInt8]) {
        // Headers that may stand once and have stood: a bit for each number.
        var seen = UInt64(0)
        var stampedVia = stampedVia
        for row in request.rows {
            switch row.id {
            case HeaderName.via.id:
                if let stamped = stampedVia.take() {
                    append(stamped, inPlaceOfFirst: request.value(row), to: &octets)
                } else {
                    octets.append(row, of: request)
                }
            case HeaderName.recordRoute.id where status > 100 && status < 300:
                octets.append(row, of: request)
            case HeaderName.from.id, HeaderName.callID.id, HeaderName.cseq.id, HeaderName.to.id:
                guard seen >> UInt64(row.id) & 1 == 0 else { break }
                seen |= 1 << UInt64(row.id)
                if row.id == HeaderName.to.id, status > 100, let tagPlace {
                    let start = octets.count
                    octets.append(text: "To: ")
                    tagPlace.write(request.value(row), tag: toTag, into: &octets)
                    octets.blankLineEnds(from: start)
                    octets.appendLineEnd()
                } else {
                    octets.append(row, of: request)
                }
            case HeaderName.timestamp.id where status == 100:
                octets.append(row, of: request)
            default: break
            }
        }
    }

    /// The top Via as the request really came, with those that share its row.
    private func append(_ stamped: SIPText, inPlaceOfFirst value: SIPText, to octets: inout [UInt8]) {
        let start = octets.count
        octets.append(text: "Via: ")
        octets.append(stamped)
        var list = HeaderList(value)
        _ = list.next()
        let rest = SIPText(value.storage, ByteRange(list.offsetBehindElement, value.range.bounds.upperBound)).trimmed
        if !rest.isEmpty {
            octets.append(text: ", ")
            octets.append(rest)
        }
        octets.blankLineEnds(from: start)
        octets.appendLineEnd()
    }
}

extension [UInt8] {
    /// Appends a header line of a message and its end: as it came, if everybody reads it alike.
    fileprivate mutating func append(_ row: HeaderRow, of message: SIPMessage) {
        let text = message.text(row.line)
        if HeaderBlock.isSafeToRepeat(text) {
            append(text)
        } else {
            append(text: message.name(row).description)
            append(text: ": ")
            let start = count
            append(message.value(row))
            blankLineEnds(from: start)
        }
        appendLineEnd()
    }

    /// Puts a blank in the place of each CR and LF: no value smuggles a header in.
    fileprivate mutating func blankLineEnds(from start: Int) {
        guard
            span.firstIndex(of: carriageReturn, from: start, to: count) != nil
                || span.firstIndex(of: lineFeed, from: start, to: count) != nil
        else { return }
        var octets = mutableSpan
        for index in start..<octets.count where octets[index] == carriageReturn || octets[index] == lineFeed {
            octets[index] = blank
        }
    }
}
