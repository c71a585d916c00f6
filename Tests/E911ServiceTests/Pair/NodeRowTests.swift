import Testing

@testable import E911Service

@Suite struct NodeRowTests {
    private static var row: NodeRow {
        var row = NodeRow(name: "süd")
        row.pair = ["nord", "süd"]
        (row.incarnation, row.completeThrough, row.seenThrough) = (1, .max, 3)
        row.state = .draining
        row.software = "e911d/0.1.0"
        (row.callsWaiting, row.openAlerts) = (4, 5)
        row.consoleURL = "https://e911.example.com"
        row.leads = true
        return row
    }

    @Test func aRowIsReadAsItWasWritten() {
        for row in [Self.row, NodeRow(name: "a")] {
            let octets = row.encoded()
            #expect(NodeRow(encoded: octets.span) == row)
        }
    }

    @Test func noCutOrChangedOctetTraps() {
        let octets = Self.row.encoded()
        for count in 0..<octets.count {
            let cut = Array(octets[..<count])
            _ = NodeRow(encoded: cut.span)
        }
        for index in octets.indices {
            for value in [0, 1, 127, 128, 255] as [UInt8] {
                var changed = octets
                changed[index] = value
                _ = NodeRow(encoded: changed.span)
            }
        }
    }

    /// A later version may know more states, and tell more.
    @Test func whatANewerVersionAddsIsPassedOver() {
        let more = Self.row.encoded() + [6, 1, 99, 200, 2, 1, 1]
        var expected = Self.row
        expected.state = .serving
        #expect(NodeRow(encoded: more.span) == expected)
    }
}
