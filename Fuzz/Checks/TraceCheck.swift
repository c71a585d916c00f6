import E911Simulation

/// Any file: its whole entries are read, the damage has its place, and what was read is written and read as the same.
enum TraceCheck {
    @Sendable static func run(_ octets: [UInt8]) throws {
        try check(octets)
        // Behind a first line that is right, what follows is reached.
        try check(TraceFormat.headerLine + octets)
    }

    private static func check(_ octets: [UInt8]) throws {
        let (entries, _, damage) = TraceReader.read(octets)
        if let damage {
            try require((0...octets.count).contains(damage.offset) && damage.line >= 1, "damage outside: \(damage)")
        }
        let again = TraceReader.read(TraceFormat.octets(of: entries))
        try require(again.damage == nil, "what was written is damaged: \(again.damage?.description ?? "")")
        try require(again.entries == entries, "what was written is read otherwise")
        _ = TraceSummary(entries)
    }
}
