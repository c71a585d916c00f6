extension MessageHead {
    /// Reads the request line or status line that lies before `lineEnd`.
    ///
    /// More blanks than one are forgiven, and counted: what stands before the first blank is the method, what stands
    /// behind the last one the version.
    static func firstLine(
        _ bytes: Span<UInt8>, lineEnd: Int, _ deviations: inout Deviations
    ) throws(SIPParseError) -> FirstLine {
        var end = lineEnd
        if end > 0, bytes[end - 1] == carriageReturn {
            end -= 1
        } else if lineEnd < bytes.count {
            deviations.insert(.bareLineFeed)
        }
        while end > 0, bytes[end - 1] == blank || bytes[end - 1] == tab {
            deviations.insert(.startLineTrailingBlanks)
            end -= 1
        }
        guard let first = firstBlank(bytes, 0, end), first > 0 else {
            throw SIPParseError(.notSIP, "the first line is neither a request line nor a status line", offset: 0)
        }
        if isVersion(bytes, 0, first) { return statusLine(bytes, first, end, lineEnd, &deviations) }
        var lastStart = end
        while lastStart > first, bytes[lastStart - 1] != blank, bytes[lastStart - 1] != tab { lastStart -= 1 }
        guard isVersion(bytes, lastStart, end) else {
            throw SIPParseError(.notSIP, "the first line does not end in a SIP version", offset: lastStart)
        }
        guard let method = Method(bytes, ByteRange(0, first)) else {
            throw SIPParseError(.startLine, "the method is not a token", offset: 0)
        }
        var uriStart = first
        var uriEnd = lastStart
        while uriStart < uriEnd, isBlankOrReturn(bytes[uriStart]) { uriStart += 1 }
        while uriEnd > uriStart, isBlankOrReturn(bytes[uriEnd - 1]) { uriEnd -= 1 }
        guard uriStart < uriEnd else {
            throw SIPParseError(.startLine, "the Request-URI is missing", offset: first)
        }
        if uriStart - first > 1 || lastStart - uriEnd > 1 || bytes[first] == tab || bytes[uriEnd] == tab {
            deviations.insert(.startLineBlanks)
        }
        return .request(method, uri: ByteRange(uriStart, uriEnd), version: ByteRange(lastStart, end))
    }

    /// `SIP/2.0 200 OK`. The code is three digits from 100 to 699, else the deviation says so; the reason may be
    /// empty, or anything.
    private static func statusLine(
        _ bytes: Span<UInt8>, _ first: Int, _ end: Int, _ lineEnd: Int, _ deviations: inout Deviations
    ) -> FirstLine {
        var at = first
        while at < end, bytes[at] == blank || bytes[at] == tab { at += 1 }
        if at - first > 1 || bytes[first] == tab { deviations.insert(.startLineBlanks) }
        let codeStart = at
        var status = 0
        while at < end, at - codeStart < 4, bytes[at] >= 48, bytes[at] <= 57 {
            status = status * 10 + Int(bytes[at] - 48)
            at += 1
        }
        guard at - codeStart == 3, (100...699).contains(status),
            at == end || bytes[at] == blank || bytes[at] == tab
        else {
            deviations.insert(.statusUnusable)
            return .response(status: 0, reason: ByteRange(end, end), version: ByteRange(0, first))
        }
        if at == end {
            // The blank behind the code was taken for a trailing one.
            let hasBlank = end < lineEnd && (bytes[end] == blank || bytes[end] == tab)
            if !hasBlank { deviations.insert(.reasonMissing) }
        } else {
            at += 1
        }
        deviations.remove(.startLineTrailingBlanks)
        return .response(status: status, reason: ByteRange(at, end), version: ByteRange(0, first))
    }

    private static func firstBlank(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
        var index = start
        while index < end {
            if bytes[index] == blank || bytes[index] == tab { return index }
            index += 1
        }
        return nil
    }

    /// A CR alone is written as a blank when the message is passed on, so around the URI it is one.
    private static func isBlankOrReturn(_ octet: UInt8) -> Bool {
        octet == blank || octet == tab || octet == carriageReturn
    }

    /// Whether the octets are `SIP/` and something, in any case. Which version it is, the policy judges.
    private static func isVersion(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
        end - start > 4 && lowercased(bytes[start]) == UInt8(ascii: "s")
            && lowercased(bytes[start + 1]) == UInt8(ascii: "i") && lowercased(bytes[start + 2]) == UInt8(ascii: "p")
            && bytes[start + 3] == UInt8(ascii: "/")
    }
}
