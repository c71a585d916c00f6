import SIPCore
import Testing

/// Every frame of a stream that arrives in these pieces.
func frames(_ pieces: [ArraySlice<UInt8>], limits: MessageLimits = .default) -> [Frame] {
    var framer = StreamFramer(limits: limits)
    var frames: [Frame] = []
    for piece in pieces {
        let octets = Array(piece)
        framer.append(octets.span)
        while let frame = framer.next() { frames.append(frame) }
    }
    return frames
}

func frames(_ text: String, limits: MessageLimits = .default) -> [Frame] {
    frames([Array(text.utf8)[...]], limits: limits)
}

extension Frame {
    var message: SIPMessage? {
        if case .message(let message) = self { message } else { nil }
    }
}

@Suite struct StreamFramerTests {
    static let head = "Via: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: x\r\n"

    static func request(_ number: Int, body: String = "", extra: String = "") -> String {
        "MESSAGE sip:c@d SIP/2.0\r\n\(head)CSeq: \(number) MESSAGE\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Keep-alives, bodies of blank lines and of what looks like a message, folding, compact names, LF alone.
    static let stream =
        "\r\n\r\n" + request(1) + request(2, body: "\r\n\r\n\r\n") + "\r\n"
        + request(3, body: "INVITE sip:911@x SIP/2.0\r\nContent-Length: 9\r\n\r\n") + "\r\n\r\n\r\n\r\n"
        + request(4, extra: "Subject: folded\r\n over\r\n\tlines\r\n")
        + "OPTIONS sip:c@d SIP/2.0\n\(head.replacing("\r\n", with: "\n"))CSeq: 5 OPTIONS\nl : 2\n\nhi"
        + "\r\n\r\n"

    static func check(_ found: [Frame], _ place: Comment) {
        let shape = found.map { frame in
            switch frame {
            case .message(let message): (try? message.cseq().number).map { "\($0)" } ?? "?"
            case .keepAlive: "ping"
            case .unusable: "unusable"
            case .malformed: "malformed"
            case .lost: "lost"
            }
        }
        #expect(shape == ["ping", "1", "2", "3", "ping", "ping", "4", "5", "ping"], place)
        #expect(found.compactMap(\.message).map(\.body.count) == [0, 6, 47, 0, 2], place)
    }

    @Test func aWholeStreamIsCut() {
        Self.check(frames(Self.stream), "whole")
    }

    /// One that comes alone is taken over, and what comes behind it is framed as ever.
    @Test func largeMessagesAreCutLikeSmallOnes() {
        let body = String(repeating: "0123456789abcdef", count: 1024)
        let large = Array(Self.request(1, body: body).utf8)
        let small = Array(Self.request(2, body: "hi").utf8)
        let pieces: [[[UInt8]]] = [
            [large, small, large, large], [large + small, large + large], [large + small + large + large],
            [Array(large[..<9000]), large[9000...] + small, large, large], [large, small + large, large],
            [Array("\r\n".utf8) + large, small, large, large],
            [large + Array(small[..<20]), small[20...] + large, large],
        ]
        for (index, pieces) in pieces.enumerated() {
            let found = frames(pieces.map { $0[...] }).compactMap(\.message)
            #expect(found.map { try? $0.cseq().number } == [1, 2, 1, 1], "\(index)")
            #expect(found.map(\.body.count) == [16_384, 2, 16_384, 16_384], "\(index)")
            #expect(
                found.allSatisfy { $0.bytes.count == ($0.body.count > 2 ? large.count : small.count) },
                "\(index)")
        }
    }

    @Test func octetByOctetIsTheSame() {
        let octets = Array(Self.stream.utf8)
        Self.check(frames(octets.indices.map { octets[$0...$0] }), "octets")
    }

    @Test func everySplitIsTheSame() {
        let octets = Array(Self.stream.utf8)
        let whole = frames([octets[...]])
        for cut in 0...octets.count {
            #expect(frames([octets[..<cut], octets[cut...]]) == whole, "cut at \(cut)")
        }
    }

    /// A message means the same by datagram and by stream.
    @Test func datagramAndStreamAgree() throws {
        for text in [Self.request(1), Self.request(2, body: "a\r\n\r\nb"), Self.request(3, extra: "s: a\r\n b\r\n")] {
            let octets = Array(text.utf8)
            let datagram = try SIPMessage(parsing: octets)
            #expect(frames(text) == [.message(datagram)])
            #expect(datagram.bytes == octets)
            let framed = try #require(frames(text).first?.message)
            #expect(framed.deviations == datagram.deviations)
            #expect(framed.headers.map(\.value) == datagram.headers.map(\.value))
        }
    }

    @Test(arguments: ["\r\n", "\r\n\r\n", "\n\n", "\0\0\0\0", "\r\n\0", "\r\n\r\n\r\n"])
    func whatStandsBetweenMessagesIsNoMessage(filler: String) throws {
        let found = frames(filler + Self.request(1))
        #expect(found.last?.message?.bytes == Array(Self.request(1).utf8))
        #expect(found.dropLast().allSatisfy { $0 == .keepAlive })
        #expect(try SIPMessage(parsing: Array((filler + Self.request(1)).utf8)) == found.last?.message)
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: Array(filler.utf8)) }
    }

    @Test func aPongIsNoPing() {
        #expect(frames("\r\n").isEmpty)
        #expect(frames("\r\n" + Self.request(1)).count == 1)
        var framer = StreamFramer()
        framer.append([13].span)
        #expect(framer.next() == nil && !framer.isInsideMessage)
        framer.append([10, 13, 10].span)
        #expect(framer.next() == .keepAlive)
        #expect(framer.pending == 0)
    }

    @Test(arguments: ["-1", "5, 5", "x", "", "18446744073709551617", "4294967295", "+3", "3 3"])
    func anUnusableLengthLosesTheStream(length: String) throws {
        let text = Self.request(1).replacing("Content-Length: 0", with: "Content-Length: \(length)")
        let found = frames(text + "body" + Self.request(2))
        try #require(found.count == 2)
        guard case .malformed(let error, let message?) = found[0], case .lost = found[1] else {
            Issue.record("\(found)")
            return
        }
        #expect(error.code == .contentLength)
        #expect(message.essentialsProblem() == nil)
        #expect(message.body.isEmpty)
    }

    @Test func lengthsThatDifferLoseTheStreamAndEqualOnesDoNot() {
        let twice = Self.request(1, extra: "l: 0\r\n")
        #expect(frames(twice).compactMap(\.message).count == 1)
        #expect(frames(Self.request(1, extra: "l: 7\r\n")).count == 2)
    }

    @Test func aMissingLengthIsNoneAndCounted() {
        let text = Self.request(1).replacing("Content-Length: 0\r\n", with: "")
        let found = frames(text + Self.request(2))
        #expect(found.compactMap(\.message).count == 2)
        #expect(found.first?.message?.deviations == .contentLengthMissing)
    }

    @Test func junkIsKnownByItsFirstLine() {
        let found = frames(Self.request(1) + "rest of a body\r\n")
        #expect(found.count == 2)
        guard case .lost(let error) = found[1] else {
            Issue.record("\(found)")
            return
        }
        #expect(error.code == .notSIP)
        var framer = StreamFramer()
        framer.append(Array("junk\r\n".utf8).span)
        #expect(framer.next() != nil)
        framer.append(Array(Self.request(1).utf8).span)
        #expect(framer.next() == nil, "a lost stream stays lost")
        #expect(framer.pending == 0)
    }

    @Test func limitsLoseTheStream() throws {
        let limits = MessageLimits(headerOctets: 300, bodyOctets: 10, headers: 8)
        #expect(frames(Self.request(1, body: "0123456789"), limits: limits).compactMap(\.message).count == 1)
        let endless = "MESSAGE sip:" + String(repeating: "x", count: 400)
        for stream in [endless, endless + " SIP/2.0\r\n"] {
            guard case .lost(let headers)? = frames(stream, limits: limits).first else {
                Issue.record("an endless first line was accepted")
                return
            }
            #expect(headers.code == .headersTooLarge)
        }
        let large = frames(Self.request(1, body: "01234567890"), limits: limits)
        guard case .malformed(let body, _?)? = large.first else {
            Issue.record("\(large)")
            return
        }
        #expect(body.code == .bodyTooLarge && body.status == 413)
        let many = frames(Self.request(1, extra: "a: 1\r\nb: 2\r\nd: 3\r\n"), limits: limits)
        guard case .malformed(let rows, _?)? = many.first else {
            Issue.record("\(many)")
            return
        }
        #expect(rows.code == .headersTooLarge)
    }

    /// What came within the limit is enough to answer most requests: the head is cut behind its last whole line.
    @Test(arguments: [1, 7, 4096])
    func aHeadBeyondTheLimitIsCutToWhatCanBeAnswered(size: Int) throws {
        let text = Self.request(1, extra: "Subject: " + String(repeating: "x", count: 400) + "\r\n")
        let octets = Array(text.utf8)
        let pieces = stride(from: 0, to: octets.count, by: size).map { octets[$0..<min($0 + size, octets.count)] }
        let found = frames(pieces, limits: MessageLimits(headerOctets: 300))
        guard case .malformed(let error, let message?)? = found.first, case .lost? = found.last else {
            Issue.record("\(found)")
            return
        }
        #expect(found.count == 2 && error.code == .headersTooLarge)
        #expect(message.essentialsProblem() == nil && message.body.isEmpty)
        #expect(message.bytes == Array(octets.prefix(message.bytes.count)))
        #expect(message.description.hasSuffix("CSeq: 1 MESSAGE\r\n"))
    }

    /// RFC 3261 section 7.2 knows 1xx to 6xx. The message is useless, but where it ends is known.
    @Test(arguments: ["700 x", "99 x", "4294967301 x", "OK"])
    func aResponseWithAnImpossibleStatusCostsTheMessageOnly(status: String) {
        let response = "SIP/2.0 \(status)\r\n\(Self.head)CSeq: 1 MESSAGE\r\nContent-Length: 3\r\n\r\nabc"
        for pieces in [[response + Self.request(2)], [response, Self.request(2)]] {
            let found = frames(pieces.map { Array($0.utf8)[...] })
            guard case .unusable(let error)? = found.first else {
                Issue.record("\(found)")
                return
            }
            #expect(error.code == .statusCode && error.isResponse)
            #expect(found.dropFirst().map(\.message?.bytes) == [Array(Self.request(2).utf8)])
        }
    }

    /// A declared length is a number, not memory.
    @Test func aLargeLengthWaitsForItsOctets() {
        var framer = StreamFramer()
        let text = Self.request(1).replacing("Content-Length: 0", with: "Content-Length: 16000000")
        framer.append(Array(text.utf8).span)
        #expect(framer.next() == nil)
        #expect(framer.pending == text.utf8.count)
        #expect(framer.isInsideMessage)
    }
}
