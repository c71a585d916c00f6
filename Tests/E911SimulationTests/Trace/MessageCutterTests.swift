import E911Simulation
import SIPCore
import Testing

@Suite struct MessageCutterTests {
    private static let first = "OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabc"
    private static let cut = "OPTIONS sip:a SIP/2.0\r\nConten"
    private static let second = "SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n"

    private func received(_ octets: some Sequence<UInt8>, at time: Int64 = 0) -> TraceEntry {
        TraceFormatTests.entry(.received(Array(octets)), .tcp, at: time)
    }

    private func texts(_ entries: [TraceEntry]) -> [String] {
        entries.compactMap {
            switch $0.what {
            case .received(let octets): "in \(String(decoding: octets, as: UTF8.self))"
            case .sent(let octets): "out \(String(decoding: octets, as: UTF8.self))"
            default: nil
            }
        }
    }

    @Test func aStreamCutAnywhereGivesItsMessages() {
        let octets = Array((Self.first + "\r\n" + Self.second).utf8)
        for size in 1...octets.count {
            var pieces: [TraceEntry] = []
            for start in stride(from: 0, to: octets.count, by: size) {
                pieces.append(received(octets[start..<min(start + size, octets.count)], at: Int64(start)))
            }
            let messages = MessageCutter.messages(of: pieces)
            #expect(texts(messages) == ["in " + Self.first, "in " + Self.second], "in pieces of \(size)")
            #expect(messages.last?.time == pieces.last?.time)
        }
    }

    @Test func directionsAndConnectionsAreStreamsOfTheirOwn() {
        var other = received(Self.cut.utf8)
        other.connection = ConnectionID(rawValue: 9)
        let trace = [
            received(Self.first.utf8.prefix(10)), other,
            TraceFormatTests.entry(.sent(Array(Self.second.utf8)), .tcp),
            received(Self.first.utf8.dropFirst(10)),
            TraceFormatTests.entry(.closed(reason: "end"), .tcp),
        ]
        let messages = MessageCutter.messages(of: trace)
        #expect(
            texts(messages)
                == ["out " + Self.second, "in " + Self.first, "in " + Self.cut])
    }

    /// A trace that was switched on in the middle of a message.
    @Test func whatCannotBeFramedIsGivenAsItCameAndTheNextPieceIsTried() {
        let messages = MessageCutter.messages(of: [
            received("the end of a body".utf8), received(Self.second.utf8),
            received("SIP/2.0 200 OK\r\nContent-Length: x\r\n\r\nabc".utf8), received(Self.first.utf8),
        ])
        #expect(texts(messages).joined().hasSuffix("in " + Self.first))
        #expect(texts(messages).contains { $0.hasSuffix(Self.second) })
        #expect(texts(messages).joined().contains("the end of a body"))
        #expect(texts(messages).joined().contains("Content-Length: x\r\n\r\nabc"))
    }

    @Test func keepAlivesAndDatagramsStay() {
        let datagram = TraceFormatTests.entry(.received([1, 2, 3]))
        let messages = MessageCutter.messages(of: [
            received([13, 10, 13, 10]), datagram, received(Self.second.utf8), received([13, 10]),
        ])
        #expect(texts(messages).first == "in \r\n\r\n")
        #expect(messages.contains(datagram))
        #expect(texts(messages).contains("in " + Self.second))
    }

    @Test func whatIsNotWholeComesAtTheEnd() {
        let cut = received(Self.first.utf8.dropLast())
        #expect(MessageCutter.messages(of: [cut]) == [cut])
    }
}
