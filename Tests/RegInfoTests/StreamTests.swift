import RegInfo
import Testing

@Suite struct StreamTests {
    @Test func aLostNotifyLeavesAGapThatALateOneFills() {
        var stream = RegInfoStream()
        #expect(stream.arrived(cseq: 10) == .inOrder)
        #expect(stream.arrived(cseq: 11) == .inOrder)
        #expect(stream.arrived(cseq: 14) == .afterGap)
        #expect(stream.missing == [12, 13])
        #expect(stream.arrived(cseq: 13) == .late)
        #expect(stream.arrived(cseq: 13) == .outdated)
        #expect(stream.arrived(cseq: 9) == .outdated)
        #expect(stream.hasGap)
        #expect(stream.arrived(cseq: 12) == .late)
        #expect(!stream.hasGap)
    }

    @Test func theBeginningOfADialogIsAGapToo() {
        var stream = RegInfoStream()
        #expect(stream.arrived(cseq: 7, isBeginning: true) == .inOrder)
        #expect(!stream.hasGap)
        #expect(stream.arrived(cseq: 4, isBeginning: true) == .late)
        #expect(stream.missing == [5, 6])
        #expect(stream.arrived(cseq: 4, isBeginning: true) == .outdated)
        #expect(stream.arrived(cseq: 6, isBeginning: true) == .late)
        #expect(stream.arrived(cseq: 5) == .late)
        #expect(!stream.hasGap)
        #expect(stream.arrived(cseq: 3) == .outdated)
        #expect(stream.arrived(cseq: 8, isBeginning: true) == .inOrder)
        _ = stream.arrived(cseq: .max)
        _ = stream.arrived(cseq: 0, isBeginning: true)
        #expect(stream.missing.count == 64 && stream.missing == stream.missing.sorted())
    }

    @Test func rememberedGapsAreBounded() {
        var stream = RegInfoStream()
        _ = stream.arrived(cseq: 0)
        #expect(stream.arrived(cseq: .max) == .afterGap)
        #expect(stream.missing.count == 64)
        #expect(stream.missing.last == UInt32.max - 1)
        #expect(stream.arrived(cseq: 1) == .outdated)
        stream.forgetGap()
        #expect(!stream.hasGap)
    }

    /// (versions, last version and whether there is full state, new version, state, arrival) to verdict: all of them.
    @Test(arguments: RegInfoStream.Versions.allCases)
    func verdictsFollowTheTable(versions: RegInfoStream.Versions) {
        for hasFull in [false, true] {
            for state in DocumentState.allCases {
                for arrival in RegInfoStream.Arrival.allCases {
                    for new: UInt64 in [3, 4, 5, 6, 7, .max] {
                        var stream = RegInfoStream(versions: versions)
                        _ = stream.judge(version: 5, state: hasFull ? .full : .partial, arrival: .inOrder)
                        let verdict = stream.judge(version: new, state: state, arrival: arrival)
                        #expect(
                            verdict == expected(versions, hasFull, state, arrival, new),
                            "\(versions) full \(hasFull) \(state) \(arrival) \(new)")
                    }
                }
            }
        }
    }

    private func expected(
        _ versions: RegInfoStream.Versions, _ hasFull: Bool, _ state: DocumentState,
        _ arrival: RegInfoStream.Arrival, _ new: UInt64
    ) -> RegInfoStream.Verdict {
        switch (versions, arrival, state, new) {
        case (.byCSeq, .outdated, _, _): .ignore
        case (.byCSeq, .late, _, _): .applyLate
        case (.byCSeq, _, .full, _): .apply
        case (.byCSeq, _, .partial, 5...6): hasFull ? .apply : .applyAndRefresh
        case (.byCSeq, _, .partial, _): .applyAndRefresh
        case (.strict, _, _, ...5): .ignore
        case (.strict, _, .full, _): .apply
        case (.strict, _, .partial, 6): hasFull ? .apply : .applyAndRefresh
        case (.strict, _, .partial, _): .applyAndRefresh
        }
    }

    @Test func aNotifierThatNeverCountsIsApplied() {
        var stream = RegInfoStream()
        for cseq: UInt32 in 2..<6 {
            #expect(stream.judge(version: 0, state: .full, arrival: stream.arrived(cseq: cseq)) == .apply)
        }
    }
}

@Suite struct BindingTableTests {
    private func registration(
        _ aor: String, id: String, _ state: RegistrationState, _ contacts: (String, ContactState, String?)...
    ) -> RegInfoDocument.Registration {
        .init(
            aor: aor, id: id, state: state,
            contacts: contacts.map { .init(id: $0.0, state: $0.1, event: .registered, uri: $0.2) })
    }

    @Test func aRegistrationIdSharedByTwoAddressesOfRecordKeepsThemApart() {
        var table = BindingTable()
        table.apply(
            RegInfoDocument(
                version: 0, state: .full,
                registrations: [
                    registration("sip:a", id: "r", .active, ("c", .active, "sip:1")),
                    registration("tel:1", id: "r", .active, ("c", .active, "sip:1")),
                ]))
        table.apply(
            RegInfoDocument(
                version: 1, state: .partial, registrations: [registration("tel:1", id: "r", .terminated)]))
        #expect(table.contacts(of: "sip:a") == ["sip:1"])
        #expect(table.contacts(of: "tel:1") == nil)
    }

    @Test func theLastOfTwoContactsWithOneIdWins() {
        var table = BindingTable()
        table.apply(
            RegInfoDocument(
                version: 0, state: .full,
                registrations: [
                    registration("sip:a", id: "r", .active, ("c", .active, "sip:1"), ("c", .active, "sip:2"))
                ]))
        #expect(table.contacts(of: "sip:a") == ["sip:2"])
    }

    @Test func aTerminatedRegistrationHasNoContactsWhateverItLists() {
        var table = BindingTable()
        table.apply(
            RegInfoDocument(
                version: 0, state: .full,
                registrations: [
                    registration("sip:a", id: "r", .terminated, ("c", .active, "sip:1")),
                    registration("sip:b", id: "s", .active, ("c", .active, "sip:2"), ("d", .active, "sip:3")),
                ]))
        #expect(table.contacts(of: "sip:a") == nil)
        table.apply(
            RegInfoDocument(
                version: 1, state: .partial,
                registrations: [registration("sip:b", id: "s", .active, ("c", .terminated, nil))]))
        #expect(table.contacts(of: "sip:b") == ["sip:3"])
    }
}
