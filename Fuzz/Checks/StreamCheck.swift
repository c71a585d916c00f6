import SIPCore

/// Any stream: however it is cut into reads, its frames are the same.
enum StreamCheck {
    /// The first octet says how long the pieces are.
    @Sendable static func run(_ octets: [UInt8]) throws {
        guard let first = octets.first else { return }
        let stream = Array(octets.dropFirst())
        let limits = MessageLimits(headerOctets: 2000, bodyOctets: 4000, headers: 32)
        let whole = frames(stream, pieces: max(stream.count, 1), limits)
        for size in [1, Int(first) + 1] {
            try require(frames(stream, pieces: size, limits) == whole, "cut into pieces of \(size)")
        }
        for (index, frame) in whole.enumerated() {
            if case .lost = frame { try require(index == whole.count - 1, "something came after the end") }
            if case .malformed = frame { try require(index == whole.count - 2, "the end did not come") }
        }
    }

    private static func frames(_ stream: [UInt8], pieces size: Int, _ limits: MessageLimits) -> [Frame] {
        var framer = StreamFramer(limits: limits)
        var frames: [Frame] = []
        var at = 0
        while at < stream.count {
            let piece = Array(stream[at..<min(at + size, stream.count)])
            framer.append(piece.span)
            at += size
            while let frame = framer.next() { frames.append(frame) }
        }
        return frames
    }
}
