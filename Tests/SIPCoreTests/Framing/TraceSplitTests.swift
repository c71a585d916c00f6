import Foundation
import SIPCore
import Testing

/// Streams of the traces, cut wherever a read could end.
@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct TraceSplitTests {
    static let streams: [[UInt8]] = {
        let rows = (try? Corpus.rows("traces/manifest.tsv")) ?? []
        return rows.filter { $0[0].hasSuffix(".stream") }.compactMap { try? Corpus.bytes("traces/\($0[0])") }
    }()

    /// Every cut takes seconds of debug code, so without `E911_EVERY_SPLIT=1` each message is cut at its line ends and at
    /// every sixth octet, from another one on in each message.
    private static let wantsEveryCut = ProcessInfo.processInfo.environment["E911_EVERY_SPLIT"] == "1"

    private func isWanted(_ cut: Int, _ octets: [UInt8], _ number: Int) -> Bool {
        Self.wantsEveryCut || cut % 6 == number % 6 || octets[cut] == 10 || cut > 0 && octets[cut - 1] == 10
    }

    @Test func octetByOctetIsTheSame() {
        #expect(Self.streams.count == 8)
        for octets in Self.streams {
            let whole = frames([octets[...]])
            var framer = StreamFramer()
            var found: [Frame] = []
            for octet in octets {
                framer.append([octet].span)
                while let frame = framer.next() { found.append(frame) }
            }
            #expect(found == whole)
            #expect(framer.pending == 0)
        }
    }

    /// Between messages a framer has no state, so a cut matters to the message that it falls into, and to no other: each
    /// message is cut by itself. Of a body only the first and last 64 octets are cut: it is counted, not read.
    @Test func everySplitIsTheSame() {
        var cuts = 0
        for octets in Self.streams {
            var start = 0
            var fed = 0
            var walker = StreamFramer()
            for (number, frame) in frames([octets[...]]).enumerated() {
                guard let message = frame.message else { continue }
                // Some stand behind a line end more than there is.
                let first = octets[start...].firstIndex { $0 != 13 && $0 != 10 } ?? octets.count
                let end = first + message.bytes.count
                if !octets[first..<end].elementsEqual(message.bytes) { Issue.record("another message at \(first)") }
                let body = end - message.body.count
                let last = min(body + 64, end)
                for cut in Array(start..<last) + Array(max(last, end - 64)..<end) where isWanted(cut, octets, number) {
                    walker.append(octets[fed..<cut].span)
                    if walker.next() != nil { Issue.record("a message ended before its end, at \(cut)") }
                    fed = cut
                    // What came before the cut gives nothing, what comes behind it gives the message.
                    var split = walker
                    split.append(octets[cut..<end].span)
                    let isSame = split.next() == frame && split.next() == nil && split.pending == 0
                    if !isSame { Issue.record("cut at \(cut)") }
                    cuts += 1
                }
                walker.append(octets[fed..<end].span)
                fed = end
                #expect(walker.next() == frame)
                start = end
            }
            #expect(octets[start...].allSatisfy { $0 == 13 || $0 == 10 })
        }
        #expect(cuts > (Self.wantsEveryCut ? 100_000 : 20_000))
    }
}
